import type { FunctionProvider } from '../function/index.ts'
import { connect } from './connect.ts'
import { deploy } from './deploy.ts'
import { destroy } from './destroy.ts'
import { doctor } from './doctor/doctor.ts'
import { gcpFacts } from './facts.ts'

/** Services of Cloud Run. Credentials come from where every tool of Google Cloud takes them. */
export function gcpFunctions(): FunctionProvider {
  return { name: 'gcp-functions', facts: gcpFacts, deploy, doctor, destroy, connect }
}
