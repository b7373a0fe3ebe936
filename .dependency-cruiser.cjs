/** The layers: protocol ← transport ← connection ← session ← streams ← orders ← index. */
const layers = {
  errors: [],
  options: [],
  clock: [],
  protocol: [],
  transport: ['protocol'],
  connection: ['protocol', 'transport'],
  session: ['protocol', 'transport', 'connection'],
  operators: ['protocol'],
  streams: ['protocol', 'transport', 'connection', 'session', 'operators'],
  orders: ['protocol', 'transport', 'connection', 'session', 'operators', 'streams'],
}

/** Seen by all. */
const leaves = ['errors', 'options', 'clock']

const own = (name, allowed) => ({
  name: `layer-${name}`,
  comment: `${name} may import from ${[...leaves, ...allowed].join(', ')} only`,
  severity: 'error',
  from: { path: `^src/${name}(/|\\.ts$)` },
  to: {
    path: '^src/',
    pathNot: [name, ...leaves, ...allowed].map(layer => `^src/${layer}(/|\\.ts$)`),
  },
})

module.exports = {
  forbidden: [
    ...Object.entries(layers).map(([name, allowed]) => own(name, allowed)),
    {
      name: 'simulator-knows-no-client',
      comment: 'a mistake of the client must not be repeated by the server that tests it',
      severity: 'error',
      from: { path: '^src/simulator/' },
      to: {
        path: '^src/',
        pathNot: '^src/(simulator/|protocol/|(errors|options|clock)\\.ts$)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'simulator-knows-transport-types',
      severity: 'error',
      from: { path: '^src/simulator/' },
      to: { path: '^src/', pathNot: '^src/(simulator/|protocol/|transport/|(errors|options|clock)\\.ts$)' },
    },
    {
      name: 'protocol-without-rxjs',
      severity: 'error',
      from: { path: '^src/(protocol/|errors\\.ts$)' },
      to: { path: '^node_modules/(rxjs|isomorphic-ws|ws)/' },
    },
    {
      name: 'node-built-ins-in-node-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/node/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'nobody-imports-the-top',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(testing|node|angular)/' },
      to: { path: '^src/(index\\.ts$|testing/|node/|angular/)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: 'index\\.ts$' }, to: {} },
    {
      name: 'only-declared-dependencies',
      severity: 'error',
      from: { path: '^src/' },
      // rxjs is a peer, and for our own specs a development dependency too.
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
