import { DeployError, type FunctionProvider } from '../function/index.ts'
import { connect } from './connect.ts'
import { doctor } from './doctor/doctor.ts'
import { gcpFacts } from './facts.ts'

/** Services of Cloud Run. Credentials come from where every tool of Google Cloud takes them. */
export function gcpFunctions(): FunctionProvider {
  const notYet = (): never => {
    throw new DeployError('services of Cloud Run can be called, and are put up with gcloud for now')
  }
  return { name: 'gcp-functions', facts: gcpFacts, deploy: notYet, doctor, destroy: notYet, connect }
}
