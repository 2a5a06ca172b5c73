import { ApolloServerPluginUsageReporting } from '@apollo/server/plugin/usageReporting';
import { hasTrace } from './query-plan-trace';
import type { Plugin } from './plugin-host';

export interface UsageReportingOptions {
  /** Where reports go, if not to Apollo. */
  readonly endpoint?: string | undefined;
  /** For how many operations subgraphs are asked for traces: 0 for none, 1 for all. */
  readonly traceRatio: number;
  /** Each operation at once, in a report of its own. Default: all of 10 seconds together. */
  readonly sendsImmediately?: boolean;
}

/**
 * Apollo Server's usage reporting plugin, as the gateway can keep what it says: an operation of which no subgraph gave a trace counts as one whose fields were not observed
 * (fieldExecutionWeight 0), and a traced one for as many as it was picked from.
 */
export function usageReporting({ endpoint, traceRatio, sendsImmediately = false }: UsageReportingOptions): Plugin {
  return ApolloServerPluginUsageReporting({
    fieldLevelInstrumentation: traceRatio,
    sendReportsImmediately: sendsImmediately,
    ...(endpoint !== undefined && { endpointUrl: endpoint }),
    experimental_sendOperationAsTrace(trace) {
      const isTraced = hasTrace(trace.queryPlan);
      if (!isTraced) trace.fieldExecutionWeight = 0;
      return isTraced;
    },
  });
}
