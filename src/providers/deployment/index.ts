/** What putting an image up, and taking it down, has in common on every platform. */

export { looksSecret } from './looks-secret.ts'
export { pusher } from './pusher.ts'
export { type Removal, removeAll, unlessDenied } from './removals.ts'
export { type ImageSource, imageSource, type Login, type Pusher } from './source.ts'
export { Steps } from './steps.ts'
