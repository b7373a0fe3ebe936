/**
 * What zone.js changes outside of the realm of a spec: the event targets of the process, which all specs of a jest
 * worker share. To be imported before it, and to be undone after the spec: later ones would run into the zone's
 * listeners without its zones.
 */
const own = Object.getOwnPropertyDescriptors(EventTarget.prototype)

/** Has the event targets as they were before this module was loaded. */
export const restoreEventTarget = (): void => {
  for (const key of Reflect.ownKeys(EventTarget.prototype))
    if (!Object.hasOwn(own, key)) Reflect.deleteProperty(EventTarget.prototype, key)
  Object.defineProperties(EventTarget.prototype, own)
}
