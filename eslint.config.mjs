// Style is prettier's; this file holds the rules about meaning. Import directions are in .dependency-cruiser.mjs.
import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/dist/**', '.cache/**', 'grafana-plugin/.config/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'use a union of literals' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    // Plain JavaScript here is configuration and the launcher, run by Node as it is.
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
    rules: { 'no-console': 'off' },
  },
  {
    // What an algorithm knows is what it is given: time, seeds and bytes are arguments.
    files: [
      'otel-processor/src/{otlp/{decode,splice,encode,json},normalise}/**/*.ts',
      'scoring-backend/src/{templates,windows,detectors,calibration,explain}/**/*.ts',
      'scoring-backend/src/engine/engine.ts',
    ],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'fetch', 'setTimeout', 'setInterval', 'process', 'performance'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'time is an argument' },
        { object: 'Math', property: 'random', message: 'seeds are arguments' },
      ],
    },
  },
  {
    files: ['grafana-plugin/{src,workbench}/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    // What the validator of Grafana's plugin catalogue refuses in a plugin's code (its analyzer "coderules").
    files: ['grafana-plugin/src/**/*.{ts,tsx}'],
    ignores: ['**/*.test.{ts,tsx}'],
    rules: {
      'no-console': 'error',
      'no-eval': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, 'ts-ignore': true }],
      'no-restricted-globals': ['error', 'alert', 'confirm', 'prompt', 'localStorage', 'sessionStorage', 'fetch'],
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: '@emotion/react', importNames: ['Global'], message: 'no global styles' }],
          patterns: [
            { group: ['*.css', '*.scss'], message: 'styles come from the theme' },
            { group: ['**/workbench/**'], message: 'the plugin knows nothing of the workbench' },
            {
              group: ['@seismo/*'],
              allowTypeImports: true,
              message: 'types of the API only: nothing of the backend is part of the plugin',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'use a union of literals' },
        {
          selector: 'MemberExpression[object.name="window"][property.name="location"]',
          message: 'use locationService',
        },
        {
          selector: 'MemberExpression[object.name="window"][property.name=/^(grafana|__grafana)/]',
          message: 'use @grafana/runtime',
        },
        {
          selector: 'MemberExpression[object.name="window"][property.name=/^(alert|confirm|prompt)$/]',
          message: 'use Modal of @grafana/ui',
        },
        { selector: 'Identifier[name=/^(topnav|__SECRET_INTERNALS)/]', message: 'no longer part of Grafana or React' },
        { selector: 'TemplateElement[value.raw=/api.ds.query|gf-form/]', message: 'see the literals above' },
        { selector: 'CallExpression[callee.object.name="window"][callee.property.name="open"]', message: 'use a link' },
        { selector: 'Literal[value=/api.ds.query/]', message: 'use DataSourceWithBackend' },
        { selector: 'Literal[value=/gf-form/]', message: 'use components of @grafana/ui' },
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'text is text' },
        {
          selector: 'MethodDefinition[key.name="testDatasource"]',
          message: 'the health check is that of the backend',
        },
      ],
    },
  },
);
