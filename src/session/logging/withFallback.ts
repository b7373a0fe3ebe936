import { NEVER, catchError } from 'rxjs'
import { errorMessage } from '../../errors'
import type { Log } from './log'
import type { Platform } from '../reconnecting/platform'

/** Logs what is wrong with an option, the first time. */
const tellingOnce = (option: string, log: Log): ((detail: string) => void) => {
  let isTold = false
  return detail => {
    if (!isTold) log('warn', 'option', { option, detail })
    isTold = true
  }
}

/**
 * Makes a user's function harmless: if it throws, or returns an invalid value, a fallback answers. The first time,
 * it is logged.
 */
export const withFallback = <T>(
  option: string,
  given: () => T,
  instead: () => T,
  isValid: (value: unknown) => boolean,
  log: Log,
): (() => T) => {
  const tell = tellingOnce(option, log)
  return () => {
    try {
      const value = given()
      if (isValid(value)) return value
      tell('has returned a value that is not allowed')
    } catch (error) {
      tell(`has thrown: ${errorMessage(error)}`)
    }
    return instead()
  }
}

const isBoolean = (u: unknown): boolean => typeof u === 'boolean'
const no = (): boolean => false

/** Makes a user's platform harmless: its functions and events. */
export const platformWithFallback = ({ isHidden, isOffline, wake$ }: Platform, log: Log): Platform => {
  const tellOfWaking = tellingOnce('platform.wake$', log)
  return {
    isHidden: withFallback('platform.isHidden', isHidden, no, isBoolean, log),
    isOffline: withFallback('platform.isOffline', isOffline, no, isBoolean, log),
    wake$: wake$.pipe(
      catchError((error: unknown) => {
        tellOfWaking(`failed with: ${errorMessage(error)}`)
        return NEVER
      }),
    ),
  }
}
