/** Which part of a gateway a process is. */
export type Role = 'both' | 'edge' | 'owner'

export const ROLES: readonly Role[] = ['owner', 'edge', 'both']
