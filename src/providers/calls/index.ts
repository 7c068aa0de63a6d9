/** Calls of a deployed function: what each took, how many at a time, and whose clock says what. */

export { Admission, type AdmissionOptions } from './admission.ts'
export { billed, type Called, Calls } from './calls.ts'
export { type CallTimes, Clocks } from './clocks.ts'
export { shiftEvent } from './shift-event.ts'
