import type { Command } from 'commander'
import { addAlgorithms, addRun } from './algorithms.ts'
import { addCheck } from './check.ts'
import { addCompare } from './compare.ts'
import { addDag } from './dag.ts'
import { addDemo } from './demo.ts'
import { addDeploy } from './deploy.ts'
import { addDestroy } from './destroy.ts'
import { addDoctor } from './doctor.ts'
import { addExport } from './export.ts'
import { addGc } from './gc.ts'
import { addGenerate } from './generate.ts'
import { addImport } from './import.ts'
import { addInfo } from './info.ts'
import { addLs } from './ls.ts'
import { addProfile } from './profile.ts'
import { addRm } from './rm.ts'
import { addCancel, addResume, addRuns, addStatus, addTrace } from './runs.ts'
import { addVerify } from './verify.ts'
import { addWorker } from './worker.ts'

/** Every command, in the order of the help. */
export function addCommands(program: Command): void {
  for (const add of [
    addDemo,
    addImport,
    addExport,
    addGenerate,
    addInfo,
    addLs,
    addRm,
    addAlgorithms,
    addVerify,
    addRun,
    addCheck,
    addDag,
    addProfile,
    addRuns,
    addStatus,
    addResume,
    addCancel,
    addTrace,
    addWorker,
    addGc,
    addDeploy,
    addDoctor,
    addDestroy,
    addCompare,
  ]) {
    add(program)
  }
}
