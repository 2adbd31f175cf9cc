// The rules of the code: types strictly, rooms and arrows as docs/architecture.md has them, and shared/ without a machine.
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { noCycles } from './eslint-cycles.js'
import { roomRules } from './eslint-rooms.js'

/** A command of a program as text: only examples of a help text have one, which test/docs/commands.test.ts reads there. */
const EXAMPLES =
  ':not(CallExpression[callee.name=/^add(Command)?$/] *):not(VariableDeclarator[id.name=/^(begin|example)$/] *)'
const commandRules = [
  'Literal[value=/airlock-(hot|cold) [a-z]/]',
  'TemplateElement[value.raw=/airlock-(hot|cold) [a-z]/]',
].map((selector) => ({
  selector: selector + EXAMPLES,
  message: 'a command that is printed comes from shared/base/commands.ts',
}))

export default defineConfig(
  { ignores: ['dist/', 'node_modules/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: false }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // { left: _out, ...rest }: how the language leaves a field out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    plugins: { airlock: { rules: { 'no-cycles': noCycles(import.meta.dirname, ['src', 'test', 'scripts']) } } },
    rules: { 'airlock/no-cycles': 'error' },
  },
  ...roomRules,
  {
    files: ['src/**'],
    ignores: ['src/shared/base/commands.ts'],
    rules: { 'no-restricted-syntax': ['error', ...commandRules] },
  },
  {
    files: ['src/shared/**'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'fetch', 'Buffer', 'crypto'],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'shared is pure: randomness comes as a value' },
        { object: 'Date', property: 'now', message: 'shared is pure: time comes as a value' },
      ],
    },
  },
  { files: ['test/**', 'scripts/**'], rules: { 'no-console': 'off' } },
  // Types of JavaScript stand in its comments.
  { files: ['*.js'], rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' } },
)
