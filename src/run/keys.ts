/** Where a run keeps what is its own, in its store. */

export const RUNS_PREFIX = '.numpywren/runs/'
export const CLAIMS_PREFIX = '.numpywren/outputs/'
export const MARKS_PREFIX = '.numpywren/gc/'

const inRun = (id: string, name: string): string => `${RUNS_PREFIX}${id}/${name}`

export const manifestKey = (id: string): string => inRun(id, 'manifest.json')
/** Of a procedure, in place of a manifest. */
export const procedureKey = (id: string): string => inRun(id, 'procedure.json')
export const stateKey = (id: string): string => inRun(id, 'state.json')
export const cancelKey = (id: string): string => inRun(id, 'cancel')
/** Lets the workers of a group go that no signal reaches. */
export const dismissalKey = (id: string, group: string): string => inRun(id, `dismissed/${group}`)
export const eventsPrefix = (id: string): string => inRun(id, 'events/')
/** Small results that stay with the run. */
export const resultsPrefix = (id: string): string => inRun(id, 'results/')
/** What a procedure reported in the end. */
export const reportKey = (id: string): string => inRun(id, 'report.json')
/** Matrices that stages of a procedure hand to each other. */
export const workPrefix = (id: string): string => inRun(id, 'work/')
/** What the rounds of a run that several processes share have to do. */
export const plansPrefix = (id: string): string => inRun(id, 'plans/')
export const planKey = (id: string, epoch: string): string => `${plansPrefix(id)}${epoch}.json.gz`
export const tilesPrefix = (id: string): string => inRun(id, 'tiles/')

/** Signs of removals under way, of the data of a run or of an unfinished array. */
export const marksPrefix = (thing: { readonly run: string } | { readonly output: string }): string =>
  `${MARKS_PREFIX}${'run' in thing ? `runs/${thing.run}` : `outputs/${encodeURIComponent(thing.output)}`}/`

/** Says which run writes the array at `path`; lies in the array's store. */
export const claimKey = (path: string): string => `${CLAIMS_PREFIX}${encodeURIComponent(path)}.json`
