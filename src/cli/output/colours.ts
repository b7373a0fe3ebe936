import pc from 'picocolors'

type Colour = (text: string) => string

/** The colours of a screen. In a file or a pipe they change nothing. */
export interface Colours {
  readonly bold: Colour
  readonly dim: Colour
  readonly red: Colour
  readonly green: Colour
  readonly yellow: Colour
}

export const colours = (isOn: boolean): Colours => pc.createColors(isOn)
