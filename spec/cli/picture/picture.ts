// Takes the picture of the command line for the README: what a terminal shows in a session with a simulator.
import { writeFileSync } from 'node:fs'
import { commandLine } from '../../support/commandLine'
import { takePicture } from './takePicture'

const PICTURE = 'docs/images/command-line.svg'

const main = async (): Promise<void> => {
  const line = await commandLine({ seed: 42 })
  try {
    writeFileSync(PICTURE, await takePicture(line))
  } finally {
    line.close()
  }
}

void main()
