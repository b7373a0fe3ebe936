export default (): void => {
  globalThis.takeDown()
}
