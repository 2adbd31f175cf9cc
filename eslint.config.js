import { builtinModules } from 'node:module'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** Which folder may import which: hot and cold never meet, and shared sees nothing but itself. */
const never = (...folders) => ({
  'no-restricted-imports': [
    'error',
    {
      paths: folders.includes('node') ? builtinModules.flatMap((name) => [name, `node:${name}`]) : [],
      patterns: folders.map((folder) => ({
        group: [`**/${folder}/**`],
        message: `see docs/architecture.md: no import from ${folder} here`,
      })),
    },
  ],
})

export default defineConfig(
  { ignores: ['dist/', 'node_modules/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
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
  { files: ['src/hot/**'], rules: never('cold', 'page') },
  { files: ['src/cold/**'], rules: never('hot', 'page') },
  { files: ['src/local/**'], rules: never('hot', 'cold', 'page') },
  { files: ['src/page/**'], rules: never('hot', 'cold', 'local', 'node') },
  {
    files: ['src/shared/**'],
    rules: {
      ...never('hot', 'cold', 'local', 'page', 'node'),
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'fetch', 'Buffer', 'crypto'],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'shared is pure: randomness comes as a value' },
        { object: 'Date', property: 'now', message: 'shared is pure: time comes as a value' },
      ],
    },
  },
  { files: ['test/**', 'scripts/**'], rules: { 'no-console': 'off' } },
)
