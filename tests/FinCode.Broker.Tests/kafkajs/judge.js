// Plays one part against the broker with kafkajs and prints what it saw as JSON; the test judges it.
const { Kafka, CompressionTypes, logLevel } = require('kafkajs');

const [part, bootstrap] = process.argv.slice(2);
const kafka = new Kafka({ clientId: `judge-${part}`, brokers: [bootstrap], logLevel: logLevel.NOTHING });
const groupOptions = { sessionTimeout: 30000, heartbeatInterval: 200, maxWaitTimeInMs: 200 };

// Runs a consumer until `enough` says so, then leaves the group in order.
async function consumeUntil(groupId, topic, enough) {
  const consumer = kafka.consumer({ groupId, ...groupOptions });
  const messages = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, event => reject(event.payload.error));
    consumer.run({
      eachMessage: async ({ partition, message }) => {
        messages.push({
          partition,
          key: String(message.key),
          value: String(message.value),
          headers: message.headers,
        });
        if (enough(messages)) resolve();
      },
    }).catch(reject);
  });
  await consumer.disconnect();
  return messages;
}

async function flow() {
  const topic = 'js-flow';
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const message = i => ({ key: `k${i % 10}`, value: `${i}`, headers: { number: `${i}` } });
  const range = (from, to) => Array.from({ length: to - from }, (_, i) => message(from + i));
  await producer.send({ topic, messages: range(0, 100) });
  await producer.send({ topic, messages: range(100, 200), compression: CompressionTypes.GZIP });
  const first = await consumeUntil('js-flow', topic, all => all.length === 200);
  const last = {};
  const ordered = first.every(({ key, value }) => {
    const inOrder = !(Number(value) <= last[key]);
    last[key] = Number(value);
    return inOrder;
  });
  const headers = first.every(m => String(m.headers.number) === m.value);
  await producer.send({ topic, messages: [{ key: 'l', value: 'late 1' }, { key: 'l', value: 'late 2' }] });
  await producer.disconnect();
  const second = await consumeUntil('js-flow', topic, all => all.length === 2);
  return { first: first.length, ordered, headers, afterResume: second.map(m => m.value) };
}

async function share() {
  const topic = 'js-share';
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 4 }] });
  const consumers = [0, 1].map(() => kafka.consumer({ groupId: 'js-share', ...groupOptions }));
  const assigned = new Map();
  await new Promise((resolve, reject) => {
    consumers.forEach(async (consumer, index) => {
      try {
        consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
          assigned.set(index, payload.memberAssignment[topic] || []);
          if (assigned.size === 2 && [...assigned.values()].every(p => p.length === 2)) resolve();
        });
        await consumer.connect();
        await consumer.subscribe({ topics: [topic] });
        await consumer.run({ eachMessage: async () => {} });
      } catch (error) {
        reject(error);
      }
    });
  });
  const { groups } = await admin.describeGroups(['js-share']);
  await Promise.all(consumers.map(c => c.disconnect()));
  await admin.disconnect();
  const each = [...assigned.values()];
  return { partitions: each.flat(), each: each.map(p => p.length), members: groups[0].members.length };
}

async function admin() {
  const topic = 'js-admin';
  const client = kafka.admin({ retry: { retries: 2, initialRetryTime: 50 } });
  await client.connect();
  await client.createTopics({
    topics: [{ topic, numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '86400000' }] }],
  });
  await client.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
  const producer = kafka.producer();
  await producer.connect();
  const messages = ['a', 'b', 'c'].map(value => ({ value, partition: 0 }));
  await producer.send({ topic, messages });
  await producer.disconnect();
  await client.setOffsets({ groupId: 'js-admin', topic, partitions: [{ partition: 0, offset: '2' }] });
  const [metadata] = (await client.fetchTopicMetadata({ topics: [topic] })).topics;
  const config = await client.describeConfigs({ resources: [{ type: 2, name: topic }], includeSynonyms: false });
  const offsets = await client.fetchTopicOffsets(topic);
  const [committed] = await client.fetchOffsets({ groupId: 'js-admin', topics: [topic] });
  const { groups } = await client.listGroups();
  await client.deleteTopics({ topics: [topic] });
  const deleted = !(await client.listTopics()).includes(topic);
  const unknown = await client.deleteTopics({ topics: ['js-none'] }).catch(error => (error.cause || error).type);
  await client.disconnect();
  return {
    partitions: metadata.partitions.length,
    retention: config.resources[0].configEntries.find(e => e.configName === 'retention.ms').configValue,
    offsets: offsets.sort((a, b) => a.partition - b.partition).map(o => o.offset),
    committed: committed.partitions.find(p => p.partition === 0).offset,
    groupListed: groups.some(g => g.groupId === 'js-admin'),
    deleted,
    unknown,
  };
}

async function read() {
  const messages = await consumeUntil('js-read', 'js-read', all => all.length === 50);
  return { values: messages.map(m => m.value) };
}

const parts = { flow, share, admin, read };
parts[part]()
  .then(result => console.log(JSON.stringify(result)))
  .catch(error => {
    console.error(error);
    process.exitCode = 1;
  });
