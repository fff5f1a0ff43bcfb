/** The kernel's audit status, as `auditctl -s` tells it. */

export interface KernelStatus {
  readonly enabled: 0 | 1 | 2;
  readonly failure: 0 | 1 | 2;
  readonly rateLimit: number;
  readonly backlogLimit: number;
  readonly backlogWaitTime: number;
  readonly loginuidImmutable: boolean;
}
