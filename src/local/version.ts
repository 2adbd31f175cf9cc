// The version of this build, put in by scripts/build.ts; "source" when run unbuilt.
declare const AIRLOCK_VERSION: string | undefined

/** As in package.json. */
export const version: string = typeof AIRLOCK_VERSION === 'undefined' ? 'source' : AIRLOCK_VERSION
