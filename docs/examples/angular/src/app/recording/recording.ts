import { ChangeDetectionStrategy, Component, inject } from '@angular/core'
import { Recorder, REPLAY } from './recorder'

/** Saves the session as a file, and plays such a file in place of a server. */
@Component({
  selector: 'app-recording',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button type="button" (click)="save()">Save recording</button>
    @if (replay) {
      <button type="button" (click)="file.click()">Load recording</button>
      <input #file type="file" accept=".jsonl" hidden aria-label="Recording" (change)="load(file)" />
    }
  `,
  styles: `
    :host {
      display: flex;
      gap: 0.5rem;
    }
    button {
      min-height: 2rem;
      padding: 0.35rem 0.8rem;
      border: 1px solid var(--edge);
      border-radius: 0.4rem;
      background: none;
      white-space: nowrap;
    }
  `,
})
export class Recording {
  private readonly recorder = inject(Recorder)
  /** Behind a gateway there is no place for another server. */
  protected readonly replay = inject(REPLAY, { optional: true })

  protected save(): void {
    const url = URL.createObjectURL(new Blob([this.recorder.text()], { type: 'application/jsonl' }))
    const link = document.createElement('a')
    link.href = url
    link.download = 'session.jsonl'
    link.click()
    URL.revokeObjectURL(url)
  }

  protected load({ files }: HTMLInputElement): void {
    void files?.[0]?.text().then(text => this.replay?.(text))
  }
}
