import { Window } from 'happy-dom'
import { TestEnvironment } from 'jest-environment-node'

/** Node with a document, for specs that draw components. */
export default class PageEnvironment extends TestEnvironment {
  async setup() {
    await super.setup()
    this.page = new Window({ url: 'http://localhost/' })
    const names = [
      'document',
      'Node',
      'Element',
      'HTMLElement',
      'MouseEvent',
      'KeyboardEvent',
      'history',
      'location',
    ]
    for (const name of names) this.global[name] = this.page[name]
    this.global.Event = this.page.Event
    this.global.window = this.global
  }

  async teardown() {
    await this.page.happyDOM.close()
    await super.teardown()
  }
}
