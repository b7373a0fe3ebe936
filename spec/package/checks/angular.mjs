import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeOf, other } from '../others.mjs'
import { check, forEach, run, scriptOf } from '../run.mjs'

// Each with a TypeScript and a Node that it supports.
const majors = [
  { major: 20, typescript: '5.9', node: 20 },
  { major: 21, typescript: '5.9', node: 22 },
  { major: 22, typescript: '6.0', node: 24 },
]

/** Compiled and run with the majors of Angular that are stated. */
export const angular = async ({ consumer }) => {
  await forEach(majors, async ({ major, typescript, node }) => {
    const adds = { '@angular/core': other(`angular-${major}`) }
    const cwd = await consumer(`angular-${major}`, { adds, has: ['angular.ts'] })
    const compilerOptions = {
      strict: true,
      skipLibCheck: true,
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      module: 'esnext',
      moduleResolution: 'bundler',
      outDir: 'out',
    }
    writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['angular.ts'] }))
    const tsc = scriptOf(other(`typescript-${typescript}`), 'tsc')
    check(
      `Angular ${major}, TypeScript ${typescript}`,
      await run(process.execPath, [tsc, '-p', cwd], { cwd }),
      '',
    )
    const said = await run(nodeOf(node), [join(cwd, 'out', 'angular.js')], { cwd })
    check(
      `Angular ${major}, Node ${node}`,
      said,
      'true 12345678\nconnecting, connecting, 1; connected, authenticated, 1; 0',
    )
  })
}
