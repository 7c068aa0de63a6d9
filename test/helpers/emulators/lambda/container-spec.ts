import type { SandboxSpec } from './sandbox.ts'

/** What of an image a container is made from. */
export interface ContainerImage {
  /** Folder of its file system. */
  readonly rootfs: string
  /** Entry point and arguments. */
  readonly command: readonly string[]
  /** Variables of the image. */
  readonly environment?: Readonly<Record<string, string>>
  /** @default / */
  readonly workingFolder?: string
  /** Folders of this machine that are seen at the same path, not to be written to. */
  readonly binds?: readonly string[]
}

const USER = { uid: 993, gid: 990 }
/** Memory that comes with one virtual processor. */
const BYTES_OF_VCPU = 1769 * 2 ** 20
const PERIOD_US = 100_000
const MOST_PROCESSES = 1024
const MOST_FILES = 1024

/** The configuration of a container, by the specification of the Open Container Initiative. */
export function containerSpec(
  { environment, memoryBytes, ephemeralBytes }: SandboxSpec,
  { rootfs, command, environment: own = {}, workingFolder = '/', binds = [] }: ContainerImage,
  cgroupsPath: string,
): object {
  const variables = { ...own, ...environment, ...(own.PATH !== undefined && { PATH: own.PATH }) }
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: USER,
      args: command,
      env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      cwd: workingFolder,
      noNewPrivileges: true,
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: MOST_FILES, soft: MOST_FILES }],
    },
    root: { path: rootfs, readonly: true },
    hostname: 'lambda',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755'] },
      {
        destination: '/tmp',
        type: 'tmpfs',
        source: 'tmpfs',
        options: ['nosuid', 'nodev', 'mode=1777', `size=${ephemeralBytes}`],
      },
      ...binds.map((path) => ({ destination: path, type: 'bind', source: path, options: ['rbind', 'ro'] })),
    ],
    linux: {
      cgroupsPath,
      // No network namespace: the stores and the Runtime API listen on the loopback of this machine.
      namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })),
      resources: {
        memory: { limit: memoryBytes, swap: memoryBytes },
        cpu: { quota: Math.max(1000, Math.round((memoryBytes / BYTES_OF_VCPU) * PERIOD_US)), period: PERIOD_US },
        pids: { limit: MOST_PROCESSES },
      },
      maskedPaths: ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/sched_debug', '/sys/firmware'],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    },
  }
}
