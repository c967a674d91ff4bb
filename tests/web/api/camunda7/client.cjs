// What a user of camunda-external-task-client-js writes: a worker that extends, fails, retries, throws and completes.
const assert = require('node:assert/strict')
const { pathToFileURL } = require('node:url')

const { ADDRESS, KEY, WORK_KEY, FOLDER } = process.env
const KINDS = {
  whole: { type: 'Integer', value: 5 },
  long: { type: 'Long', value: 1099511627776 },
  rate: { type: 'Double', value: 1.5 },
  flag: { type: 'Boolean', value: true },
  text: { type: 'String', value: 'ö' },
  none: { type: 'Null', value: null },
  data: { type: 'Json', value: '{"a":[1,{"b":null}]}' },
  when: { type: 'Date', value: '2026-01-05T08:00:00.000+0000' },
  paper: { type: 'File', value: Buffer.from('hello').toString('base64'), valueInfo: { filename: 'a.txt', mimeType: 'text/plain' } },
}

async function call(method, path, body) {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${KEY}` }
  const answer = await fetch(`${ADDRESS}/engine-rest${path}`, { method, headers, body: body && JSON.stringify(body) })
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`)
  return answer.status === 204 ? null : answer.json()
}

const start = (businessKey, variables) => call('POST', '/process-definition/key/order/start', { businessKey, variables })

async function until(question) {
  for (;;) {
    const answer = await question()
    if (answer) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const waiting = (element) => until(async () => (await call('GET', `/task?taskDefinitionKey=${element}`))[0])

async function main() {
  const found = require.resolve('camunda-external-task-client-js')
  const { Client, File, Variables } = await import(pathToFileURL(found))
  const client = new Client({
    baseUrl: `${ADDRESS}/engine-rest`,
    workerId: 'js',
    asyncResponseTimeout: 10000,
    interceptors: [(config) => ({ ...config, headers: { ...config.headers, Authorization: `Bearer ${WORK_KEY}` } })],
  })
  const errors = []
  for (const event of ['poll:error', 'complete:error', 'handleFailure:error', 'handleBpmnError:error', 'extendLock:error', 'lock:error', 'unlock:error']) {
    client.on(event, (...said) => errors.push(`${event} ${said[said.length - 1]}`))
  }
  const attempts = []

  const subscription = client.subscribe('charge', { lockDuration: 60000, processDefinitionKey: 'order', includeExtensionProperties: true }, async ({ task, taskService }) => {
    attempts.push([task.businessKey, task.retries ?? null])
    if (task.businessKey === 'poor') {
      const process = new Variables()
      process.set('left', 0)
      await taskService.handleBpmnError(task, 'NO_MONEY', 'empty', process)
      return
    }
    if (!task.retries) {
      await taskService.extendLock(task, 90000)
      await taskService.handleFailure(task, { errorMessage: 'closed', errorDetails: 'until nine', retries: 1, retryTimeout: 0 })
      return
    }
    assert.equal(task.errorMessage, 'closed')
    assert.equal(task.extensionProperties.desk, 'cash')
    assert.deepEqual(task.variables.get('data'), { a: [1, { b: null }] })
    assert.equal(task.variables.get('whole'), 5)
    assert.equal(task.variables.get('when').getTime(), Date.parse('2026-01-05T08:00:00Z'))
    const paper = await task.variables.get('paper').load()
    assert.equal(paper.content.toString(), 'hello')
    const process = new Variables()
    for (const name of Object.keys(KINDS)) {
      if (name !== 'paper') process.setTyped(`${name}_back`, task.variables.getTyped(name))
    }
    process.setAll({ list: [1, 'x'], nothing: null, answer: 42, made: new Date('2026-01-05T08:00:00Z') })
    const file = await new File({ localPath: `${FOLDER}/order.bpmn` }).load()
    process.set('file', file)
    const local = new Variables()
    local.set('note', 'stays here')
    await taskService.complete(task, process, local)
  })

  const rich = await start('rich', KINDS)
  const poor = await start('poor')
  assert.equal((await waiting('ship')).processInstanceId, rich.id)
  assert.equal((await waiting('dun')).processInstanceId, poor.id)
  subscription.unsubscribe()
  client.stop()

  const values = await call('GET', `/process-instance/${rich.id}/variables`)
  for (const name of Object.keys(KINDS)) {
    if (name === 'paper') continue
    const [sent, told] = [KINDS[name], values[`${name}_back`]]
    assert.equal(told.type, sent.type, name)
    if (sent.type === 'Json') assert.deepEqual(JSON.parse(told.value), JSON.parse(sent.value))
    else assert.deepEqual(told.value, sent.value, name)
  }
  assert.equal(values.answer.value, 42)
  assert.equal(values.made.value, '2026-01-05T08:00:00.000+0000')
  assert.deepEqual(JSON.parse(values.list.value), [1, 'x'])
  assert.equal(values.file.valueInfo.filename, 'order.bpmn')
  assert.ok(!('note' in values))
  const of = (key) => attempts.filter(([name]) => name === key).map(([, retries]) => retries)
  assert.deepEqual(of('rich'), [null, 1])
  assert.deepEqual(of('poor'), [null])
  assert.deepEqual(errors, [])
  console.log('all done')
}

setTimeout(() => { console.error('too late'); process.exit(2) }, Number(process.env.PATIENCE)).unref()
main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1) })
