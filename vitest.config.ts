import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // chDB allows one data folder per process, so every test file gets a process of its own.
    pool: 'forks',
    maxWorkers: 2,
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'data/**', '.cache/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Live cameras, browsers and brokers share two cores with another worker; what fails twice in a row is broken.
    retry: 1,
    reporters: ['default', './test/summary-reporter.ts'],
  },
});
