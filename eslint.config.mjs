import js from '@eslint/js'
import jest from 'eslint-plugin-jest'
import rxjs from 'eslint-plugin-rxjs-x'
import tseslint from 'typescript-eslint'

const wallClock = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame']

export default tseslint.config(
  // An application with packages of its own.
  { ignores: ['dist/', 'coverage/', 'site/', 'spec/browser/karma/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked, rxjs.configs.strict],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Typed catches would be a claim; errors of ours are `CTraderError`, checked where they enter.
      'rxjs-x/throw-error': ['error', { allowThrowingUnknown: true }],
      // Where none can come, RxJS's report of an unhandled error is the right end of one.
      'rxjs-x/no-ignored-error': 'off',
      // Some messages have no fields.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/node/**', 'src/cli/**'],
    rules: {
      // A whole trading session must run in virtual time.
      'no-restricted-globals': [
        'error',
        ...wallClock.map(name => ({ name, message: 'All time is RxJS time.' })),
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[object.name="Date"][property.name="now"]',
          message: 'asyncScheduler.now()',
        },
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'asyncScheduler.now()',
        },
        {
          selector: 'MemberExpression[object.name="Math"][property.name="random"]',
          message: 'Inject `random`.',
        },
        {
          selector: 'MemberExpression[object.name="performance"]',
          message: 'monotonicNow() of src/clock.ts',
        },
      ],
    },
  },
  {
    files: ['spec/**/*.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: { 'jest/expect-expect': 'off', 'rxjs-x/no-ignored-default-value': 'off' },
  },
  {
    files: ['**/*.cjs', '**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['module', '__dirname', 'process', 'console', 'URL', 'describe', 'it', 'expect'].map(name => [
          name,
          'readonly',
        ]),
      ),
    },
  },
)
