import { LOCALHOST } from '../processes/free-port';

interface KafkaPorts {
  broker: number;
  controller: number;
}

/** Broker and controller in one process, reached from this machine alone, for a cluster of one. */
export const kafkaSettings = ({ broker, controller }: KafkaPorts, data: string): string => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@${LOCALHOST}:${controller}
listeners=PLAINTEXT://${LOCALHOST}:${broker},CONTROLLER://${LOCALHOST}:${controller}
advertised.listeners=PLAINTEXT://${LOCALHOST}:${broker}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${data}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
offsets.retention.minutes=5256000
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
`;

/** What Kafka says goes to files that can't grow for ever: three of 10 MB. */
export const kafkaLogSettings = (logs: string): string => `status=error
appender.file.type=RollingFile
appender.file.name=file
appender.file.fileName=${logs}/kafka.log
appender.file.filePattern=${logs}/kafka.%i.log
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d{ISO8601} %p %c{1} %m%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=10MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=2
rootLogger.level=info
rootLogger.appenderRef.file.ref=file
`;
