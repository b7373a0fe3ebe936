import { Injectable, computed, effect, signal } from '@angular/core'
import { toSignal } from '@angular/core/rxjs-interop'
import { fromEvent, map, startWith } from 'rxjs'

export type Scheme = 'light' | 'dark'

const KEY = 'scheme'
const isScheme = (value: string | null): value is Scheme => value === 'light' || value === 'dark'

/** Light or dark: as the system has it, until one chooses. */
@Injectable({ providedIn: 'root' })
export class ColourScheme {
  private readonly query = matchMedia('(prefers-color-scheme: dark)')
  private readonly system = toSignal(
    fromEvent<MediaQueryListEvent>(this.query, 'change').pipe(
      startWith(this.query),
      map(({ matches }): Scheme => (matches ? 'dark' : 'light')),
    ),
    { requireSync: true },
  )
  private readonly chosen = signal<Scheme | undefined>(
    [localStorage.getItem(KEY)].find(value => isScheme(value)),
  )

  readonly now = computed(() => this.chosen() ?? this.system())

  constructor() {
    effect(() => {
      document.documentElement.style.colorScheme = this.now()
    })
  }

  toggle(): void {
    const next = this.now() === 'dark' ? 'light' : 'dark'
    localStorage.setItem(KEY, next)
    this.chosen.set(next)
  }
}
