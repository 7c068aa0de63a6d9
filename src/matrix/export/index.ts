/** Matrices out: .npy and .csv. */

export { exportCsv, exportFile } from './export-file.ts'
export { outputExists } from './output.ts'
