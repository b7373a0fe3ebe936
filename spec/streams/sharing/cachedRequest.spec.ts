import { Subject } from 'rxjs'
import { cachedRequest } from '../../../src/streams/sharing/cachedRequest'

describe('remembered', () => {
  const scene = () => {
    const asked: string[] = []
    const over$ = new Subject<void>()
    const answers = new Map<string, Subject<number>>()
    const known = cachedRequest((key: string) => {
      const answer$ = new Subject<number>()
      answers.set(key, answer$)
      asked.push(key)
      return answer$
    }, over$)
    const heard: string[] = []
    const hear = (key: string) => known.of(key).subscribe(value => heard.push(`${key}${value}`))
    return { answers, asked, heard, hear, known, over$ }
  }

  it('asks once for each key, and has the answer for later consumers', () => {
    const { answers, asked, heard, hear } = scene()
    hear('a')
    hear('a')
    hear('b')
    answers.get('a')?.next(1)
    hear('a')
    expect(asked).toEqual(['a', 'b'])
    expect(heard).toEqual(['a1', 'a1', 'a1'])
  })

  it('keeps the answer also where its consumer leaves with it', () => {
    const { answers, asked, heard, hear } = scene()
    const first = hear('a')
    first.add(() => heard.push('left'))
    answers.get('a')?.next(1)
    first.unsubscribe()
    hear('a')
    expect(heard).toEqual(['a1', 'left', 'a1'])
    expect(asked).toEqual(['a'])
  })

  it('does not keep an answer that was forgotten while it was on its way', () => {
    const { answers, asked, heard, hear, known } = scene()
    hear('a')
    const old = answers.get('a')
    known.forget('a')
    hear('a')
    old?.next(1)
    answers.get('a')?.next(2)
    hear('a')
    expect(asked).toEqual(['a', 'a'])
    expect(heard).toEqual(['a1', 'a2', 'a2'])
  })
  it('keeps nothing of the time before it was over, nor what was on its way', () => {
    const { answers, asked, heard, hear, over$ } = scene()
    hear('a')
    hear('b')
    answers.get('a')?.next(1)
    over$.next()
    answers.get('b')?.next(2)
    hear('a')
    hear('b')
    expect(asked).toEqual(['a', 'b', 'a', 'b'])
    expect(heard).toEqual(['a1', 'b2'])
  })
})
