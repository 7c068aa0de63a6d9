/** Calls of algorithms as operations: runs of one program, and procedures of several. */

import { z } from 'zod'
import { InputError, isNumpywrenError } from '../errors.ts'
import { kernelRegistry } from '../kernels/index.ts'
import {
  type Algorithm,
  type AlgorithmCall,
  type AlgorithmSpec,
  algorithmCall,
  algorithms,
  isShipped,
  type ProcedureSpec,
  type Report,
} from '../linalg/index.ts'
import { AlreadyExistsError, BigMatrix } from '../matrix/index.ts'
import type { WorkerProcesses } from '../providers/index.ts'
import {
  briefly,
  cancelKey,
  expectVouched,
  goOnWith,
  isIntact,
  newRunId,
  type ProcedureRecord,
  type RecordKind,
  type RunHandle,
  type RunOptions,
  readManifest,
  readProcedure,
  readRecord,
  reportKey,
  runStatus,
  type StoredPlace,
  stagesOf,
  vouchFor,
  writeProcedure,
} from '../run/index.ts'
import { checkedOptions, destinationsOf } from './call.ts'
import type { Connection } from './connection.ts'
import { emptyReport, type Finished, finishRun, openResults, writeFiles } from './finish.ts'
import { Operation } from './operation.ts'
import type { CallOptions } from './options.ts'
import type { Place } from './places.ts'
import { ProcedureRun } from './procedure-run.ts'

/** A call as a user makes it: settings of the run, places of results, and the algorithm's own options, by their names. */
export type GivenOptions = CallOptions & Readonly<Record<string, unknown>>

/** An algorithm of the catalogue, about to run. @throws InputError for operands, places or options that do not fit, when it is started */
export function algorithmOperation<T extends object>(
  connection: Connection,
  spec: AlgorithmSpec,
  operands: Readonly<Record<string, BigMatrix | string | undefined>>,
  given: GivenOptions,
): Operation<T> {
  const begin = async (): Promise<RunHandle> => {
    const id = given.runId ?? newRunId(spec.name)
    const opened: Record<string, BigMatrix | undefined> = {}
    for (const { name } of spec.operands) {
      const operand = operands[name]
      opened[name] = operand === undefined ? undefined : await connection.matrix(operand)
    }
    const { places, files } = await destinationsOf(spec, given, {
      places: connection.places,
      first: opened[spec.operands[0]?.name ?? ''],
      overwrite: given.overwrite === true,
    })
    // A result that is wanted as a file is asked for, too, and stays with the run.
    const wanted: Record<string, Place> = { ...places }
    for (const name of Object.keys(files)) wanted[name] = connection.scratch(id, name)
    const call = algorithmCall({
      options: checkedOptions(spec.name, spec.options, given),
      operands: opened,
      places: wanted,
      scratch: (name) => connection.scratch(id, name),
      signal: given.signal ?? connection.signal,
    })
    if ('plan' in spec) {
      const algorithm = await spec.plan(call)
      const { parameters, results } = algorithm
      return connection.start(id, algorithm, given, { name: spec.name, parameters, results, files })
    }
    await refuseExisting(places, given)
    const record = await vouchFor<ProcedureRecord>(connection.places.base, {
      version: 1,
      id,
      createdAt: new Date().toISOString(),
      name: spec.name,
      operands: storedPlaces(opened),
      places: storedPlaces(wanted),
      parameters: call.options,
      files,
      overwrite: given.overwrite === true,
      options: await connection.compile(given),
    })
    if (!(await writeProcedure(connection.places.base, record))) {
      throw new InputError(
        `there is already a run ${id} in ${connection.places.base.url}; choose another --run-id or resume that one`,
      )
    }
    return procedureRun(connection, spec, record, { call, given, options: record.options })
  }
  return new Operation<T>(begin, (run) => finish(connection, run))
}

/** An algorithm that is in no catalogue, such as a program of the user's. */
export function programOperation<T extends object>(
  connection: Connection,
  given: CallOptions,
  prepare: () => Promise<Algorithm>,
): Operation<T> {
  const begin = async (): Promise<RunHandle> => {
    const algorithm = await prepare()
    const { name, parameters, results } = algorithm
    return connection.start(given.runId ?? newRunId(name), algorithm, given, { name, parameters, results })
  }
  return new Operation<T>(begin, (run) => finish(connection, run))
}

/** A run or procedure of the store, to be continued. */
export function resumption(
  connection: Connection,
  id: string,
  given: CallOptions,
): Operation<Readonly<Record<string, BigMatrix>>> {
  const begin = async (): Promise<RunHandle> => {
    const record = await readProcedure(connection.places.base, id)
    return record === undefined ? connection.resume(id, given) : resumedProcedure(connection, record, given)
  }
  return new Operation(begin, (run) => finish(connection, run))
}

async function resumedProcedure(
  connection: Connection,
  record: ProcedureRecord,
  given: CallOptions,
): Promise<ProcedureRun> {
  const spec = algorithms.find(({ name }) => name === record.name)
  if (spec === undefined || !('carryOut' in spec)) {
    throw new InputError(`run ${record.id} is of the algorithm ${record.name}, which this version does not have`)
  }
  await expectVouched(connection.places.base, record)
  const operands: Record<string, BigMatrix> = {}
  for (const [name, { store, path }] of Object.entries(record.operands)) {
    operands[name] = await BigMatrix.open(connection.places.store(store), path)
  }
  const places = Object.entries(record.places).map(
    ([name, { store, path }]) => [name, { store: connection.places.store(store), path }] as const,
  )
  const call = algorithmCall({
    options: checkedOptions(spec.name, spec.options, record.parameters),
    operands,
    places: Object.fromEntries(places),
    scratch: (name) => connection.scratch(record.id, name),
    signal: given.signal ?? connection.signal,
  })
  const options = { ...record.options, ...(await connection.overridesOf(given, record.options)) }
  await goOnWith(connection.places.base, record.id)
  await connection.places.base.delete(cancelKey(record.id))
  return procedureRun(connection, spec, record, { call, given: { ...given, ...options }, options })
}

/** Carries a procedure on in the place of a process that is gone. Files that were asked for are that one's; `resume` writes them. */
export async function carryOnProcedure(connection: Connection, id: string, signal: AbortSignal): Promise<void> {
  const record = await readProcedure(connection.places.base, id)
  if (record === undefined) throw new InputError(`there is no procedure ${id} in ${connection.places.base.url}`)
  const run = await resumedProcedure(connection, record, { workers: 0, signal })
  await run.wait()
}

async function procedureRun(
  connection: Connection,
  spec: ProcedureSpec,
  record: ProcedureRecord,
  {
    call,
    given,
    options,
  }: { readonly call: AlgorithmCall<object>; readonly given: CallOptions; readonly options: RunOptions },
): Promise<ProcedureRun> {
  const { id, overwrite } = record
  const startProcesses = await connection.processes(id, options)
  const listed = connection.isShared
    ? (await connection.coordination()).run({ runId: id, storeUrl: connection.places.base.url })
    : undefined
  await listed?.list()
  // One set of processes serves all stages, from the first one on.
  let processes: WorkerProcesses | undefined
  const shared = (): WorkerProcesses | undefined => {
    processes ??= startProcesses?.()
    return processes
  }
  const signal = given.signal ?? connection.signal
  return new ProcedureRun({
    id,
    record,
    store: connection.places.base,
    signal,
    carryOut: async (stages) => (await storedReport(connection, record)) ?? spec.carryOut(call, stages),
    async startStage(stageId, algorithm) {
      if (await exists(connection, stageId)) return connection.resume(stageId, given, shared)
      const { parameters, results } = algorithm
      const note = { name: `${spec.name}: ${stageId.slice(id.length + 1)}`, parameters, results }
      return connection.start(stageId, algorithm, { ...given, overwrite }, note, shared)
    },
    async end(events) {
      processes?.report(events)
      await processes?.end(true)
      if (listed !== undefined) await briefly(listed.unlist())
      return processes === undefined ? () => [] : connection.costsOf()
    },
    resultsOf: (stageId, algorithm) => openResults(connection, stageId, algorithm.results),
  })
}

const fact = z.union([z.number(), z.string(), z.boolean(), z.array(z.number()), z.null()])

const reportKind: RecordKind<Report> = {
  what: 'report',
  schema: z.strictObject({ facts: z.record(z.string(), fact), warnings: z.array(z.string()) }),
  advice: 'delete it, then resume the run',
}

/** What a procedure that is done reported, when its results are still sound: there is nothing to carry out then. */
async function storedReport({ places }: Connection, record: ProcedureRecord): Promise<Report | undefined> {
  const report = await readRecord(places.base, reportKey(record.id), reportKind)
  if (report === undefined) return undefined
  const results = Object.values(record.places).map(({ store, path }) => `${store} ${path}`)
  for (const stage of await stagesOf(places.base, record.id)) {
    const { matrices } = await readManifest(places.base, stage)
    const gives = Object.values(matrices).some(
      (matrix) => matrix.role === 'output' && results.includes(`${matrix.store} ${matrix.path}`),
    )
    if (
      gives &&
      !(await isIntact(places.base, stage, (url) => places.store(url), { kernels: kernelRegistry, isShipped }))
    )
      return undefined
  }
  return report
}

function finish(connection: Connection, run: RunHandle): Promise<Finished> {
  return run instanceof ProcedureRun ? finishProcedure(connection, run) : finishRun(connection, run.id)
}

async function finishProcedure(connection: Connection, procedure: ProcedureRun): Promise<Finished> {
  const { places, files } = procedure.record
  const matrices: Record<string, BigMatrix> = {}
  for (const [name, { store, path }] of Object.entries(places)) {
    matrices[name] = await BigMatrix.open(connection.places.store(store), path)
  }
  await writeFiles(matrices, files, connection.signal)
  return { matrices, report: procedure.report ?? emptyReport, files }
}

async function exists(connection: Connection, runId: string): Promise<boolean> {
  try {
    await runStatus(connection.places.base, runId)
    return true
  } catch (error) {
    if (isNumpywrenError(error, 'RunNotFoundError')) return false
    throw error
  }
}

/** Says now what the last stage would find out after all the work. @throws AlreadyExistsError */
async function refuseExisting(places: Readonly<Record<string, Place>>, given: CallOptions): Promise<void> {
  if (given.overwrite) return
  for (const { store, path } of Object.values(places)) {
    let found: BigMatrix
    try {
      found = await BigMatrix.open(store, path)
    } catch (error) {
      if (isNumpywrenError(error, 'MatrixNotFoundError')) continue
      throw error
    }
    throw new AlreadyExistsError(found.url)
  }
}

function storedPlaces(places: Readonly<Record<string, Place | undefined>>): Record<string, StoredPlace> {
  const stored: Record<string, StoredPlace> = {}
  for (const [name, place] of Object.entries(places)) {
    if (place !== undefined) stored[name] = { store: place.store.url, path: place.path }
  }
  return stored
}
