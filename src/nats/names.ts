/** The names of a gateway at a NATS server that it may share with others. */
export interface Names {
  readonly subject: (subject: string) => string
  /** What was before `subject`. */
  readonly plain: (subject: string) => string
  readonly bucket: (name: string) => string
  /** A name that can be a key, or a part of a subject. No two names give the same. */
  readonly key: (name: string) => string
}

export const createNames = (prefix: string): Names => {
  const before = prefix === '' ? '' : `${prefix}.`
  return {
    subject: subject => `${before}${subject}`,
    plain: subject => subject.slice(before.length),
    bucket: name => (prefix === '' ? name : `${prefix.replaceAll('.', '-')}-${name}`),
    key: name => name.replace(/[^\w.-]/g, char => `=${char.charCodeAt(0).toString(16)}=`),
  }
}
