// What a user of @camunda8/sdk writes: deploy, start, a worker that extends, fails, retries, throws and completes.
const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const { Camunda8 } = require('@camunda8/sdk')

const client = new Camunda8({
  ZEEBE_REST_ADDRESS: process.env.ADDRESS,
  CAMUNDA_AUTH_STRATEGY: 'BASIC',
  CAMUNDA_BASIC_AUTH_USERNAME: 'ada',
  CAMUNDA_BASIC_AUTH_PASSWORD: process.env.PASSWORD,
  CAMUNDA_LOG_LEVEL: 'none',
}).getCamundaRestClient()

const seen = []

async function deploy() {
  const file = process.env.DIAGRAM
  const found = await client.deployResources([{ name: 'order8.bpmn', content: readFileSync(file, 'utf8') }])
  const order = found.processes.find((each) => each.processDefinitionId === 'order8')
  assert.equal(order.resourceName, 'order8.bpmn')
  assert.match(order.processDefinitionKey, /^[0-9]+$/)
  return order
}

function start(number, amount) {
  return client.createProcessInstance({ processDefinitionId: 'order8', variables: { number, amount } })
}

// One job after the other: the first attempt extends its lock and fails, the second completes; poor ones are errors.
async function handle(job) {
  seen.push([job.variables.number, job.retries, job.customHeaders.bank])
  if (job.variables.amount > 100) {
    return job.error({ errorCode: 'NO_MONEY', errorMessage: 'too much', variables: { refused: true } })
  }
  if (job.retries === 3) {
    await client.updateJob({ jobKey: job.jobKey, timeout: 60000 })
    return job.fail({ errorMessage: 'try again', retries: 2, retryBackOff: 0 })
  }
  return job.complete({ charged: job.variables.amount })
}

async function until(question) {
  for (;;) {
    const answer = await question()
    if (answer) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const tasks = (key) => async () => {
  const found = await client.searchUserTasks({ filter: { processInstanceKey: key } })
  return found.items.length ? found.items[0] : undefined
}

async function main() {
  const topology = await client.getTopology()
  assert.equal(topology.gatewayVersion.split('.')[0], '8')
  const order = await deploy()

  const worker = client.createJobWorker({
    type: 'charge',
    worker: 'w',
    timeout: 30000,
    maxJobsToActivate: 5,
    pollIntervalMs: 50,
    jobHandler: handle,
  })
  const rich = await start('rich', 5)
  assert.equal(rich.processDefinitionKey, order.processDefinitionKey)
  const pack = await until(tasks(rich.processInstanceKey))
  assert.equal(pack.elementId, 'pack')
  const poor = await start('poor', 500)
  const call = await until(tasks(poor.processInstanceKey))
  assert.equal(call.elementId, 'call')
  await worker.stop()
  assert.deepEqual(seen, [
    ['rich', '3', 'north'],
    ['rich', '2', 'north'],
    ['poor', '3', 'north'],
  ].map(([number, retries, bank]) => [number, Number(retries), bank]))

  // A job that nobody retries is an incident; other retries and its resolution let it go on.
  const dead = await start('dead', 7)
  const [job] = await until(async () => {
    const found = await client.activateJobs({ type: 'charge', worker: 'w', timeout: 5000, maxJobsToActivate: 1, requestTimeout: -1 })
    return found.length ? found : undefined
  })
  await client.updateElementInstanceVariables({ elementInstanceKey: job.elementInstanceKey, variables: { amount: 8 } })
  await job.fail({ errorMessage: 'down', retries: 0 })
  const incidents = await client.searchIncidents({ filter: { processInstanceKey: dead.processInstanceKey } })
  assert.equal(incidents.items[0].errorMessage, 'down')
  assert.equal(incidents.items[0].jobKey, job.jobKey)
  await client.updateJob({ jobKey: job.jobKey, retries: 2 })
  await client.resolveIncident(incidents.items[0].incidentKey)
  const [again] = await client.activateJobs({ type: 'charge', worker: 'w', timeout: 5000, maxJobsToActivate: 1, requestTimeout: -1 })
  assert.equal(again.jobKey, job.jobKey)
  assert.equal(again.retries, 2)
  assert.equal(again.variables.amount, 8)
  await again.complete({})

  // A person's task by the API.
  await client.assignUserTask({ userTaskKey: pack.userTaskKey, assignee: 'ben' })
  await client.updateUserTask({ userTaskKey: pack.userTaskKey, changeset: { candidateUsers: ['ana'] } })
  assert.equal((await client.getUserTask(pack.userTaskKey)).assignee, 'ben')
  await client.unassignUserTask({ userTaskKey: pack.userTaskKey })
  await client.completeUserTask({ userTaskKey: pack.userTaskKey, variables: { packed: true } })
  const done = await client.searchProcessInstances({ filter: { processInstanceKey: rich.processInstanceKey } })
  assert.equal(done.items[0].state, 'COMPLETED')

  const elements = await client.searchElementInstances({ filter: { processInstanceKey: rich.processInstanceKey, elementId: 'charge' } })
  assert.equal(elements.items[0].state, 'COMPLETED')
  const variables = await client.searchVariables({ filter: { processInstanceKey: rich.processInstanceKey, name: 'charged' } })
  assert.equal(variables.items[0].value, '5')

  const sum = await client.createProcessInstanceWithResult({ processDefinitionId: 'sum8', variables: { a: 1, b: 2 } })
  assert.equal(sum.variables.total, 3)

  const waiting = await client.createProcessInstance({ processDefinitionId: 'wait8', variables: { number: 'n1' } })
  const correlated = await client.correlateMessage({ name: 'paid', correlationKey: 'n1', variables: {} })
  assert.equal(correlated.processInstanceKey, waiting.processInstanceKey)
  await client.publishMessage({ name: 'paid', correlationKey: 'n2', timeToLive: 60000, variables: {}, messageId: 'm' })
  await client.broadcastSignal({ signalName: 'nobody listens', variables: {} })

  await client.cancelProcessInstance({ processInstanceKey: poor.processInstanceKey })
  await assert.rejects(
    client.cancelProcessInstance({ processInstanceKey: poor.processInstanceKey }),
    (error) => error.statusCode === 409,
  )
  console.log('all done')
}

const guard = setTimeout(() => { console.error('stuck', seen); process.exit(3) }, Number(process.env.PATIENCE))
main().then(() => clearTimeout(guard), (error) => { console.error(error); process.exit(1) })
