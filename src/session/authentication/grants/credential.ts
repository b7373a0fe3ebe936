import { EMPTY, catchError, defaultIfEmpty, defer, map, of, take, throwError } from 'rxjs'
import type { Observable, ObservableInput } from 'rxjs'
import { CTraderError, errorMessage, invalidOption } from '../../../errors'
import type { CredentialOption } from '../../../errorFields'
import { inTime } from '../../../util/observables/inTime'

/**
 * A secret, or a function that gives it. The client calls the function each time before it sends the secret, and takes
 * the first value of what it returns: an observable, a promise or the text itself.
 *
 * - If it errors, or gives nothing within `requestTimeout`, the state is `reconnecting` with `CredentialUnavailable`. It
 *   is called again at the next attempt.
 * - If it completes without a value, or gives an empty one, there is none: the state is `failed`, until
 *   `client.retry()`.
 *
 * ```ts
 * const clientSecret: Credential = () => fetch('/secret').then(response => response.text())
 * ```
 */
export type Credential = string | (() => ObservableInput<string>)

/** The secret itself. Emits once. */
export type AskCredential = (option: CredentialOption, given: Credential) => Observable<string>

/** A text could also be taken for a list of its characters. */
const inputOf = (returned: ObservableInput<string> | undefined): ObservableInput<unknown> =>
  typeof returned === 'string' ? of(returned) : (returned ?? EMPTY)

const checked = (option: CredentialOption, value: unknown): string => {
  if (typeof value !== 'string' || value === '') throw invalidOption(option, 'must give a non-empty string')
  return value
}

/** Asks functions for secrets. `conceal` takes known secrets out of what their errors say. */
export const credentialAsker =
  (patience: number, conceal: (text: string) => string): AskCredential =>
  (option, given) =>
    typeof given === 'string'
      ? of(given)
      : defer(() => inputOf(given())).pipe(
          inTime(patience),
          catchError((error: unknown) =>
            throwError(
              () =>
                new CTraderError({
                  reason: 'CredentialUnavailable',
                  option,
                  detail: conceal(errorMessage(error)),
                }),
            ),
          ),
          take(1),
          defaultIfEmpty(undefined),
          map(value => checked(option, value)),
        )
