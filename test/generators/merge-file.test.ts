import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mergeFile } from '../../generators/files/merge.ts'

const merged = (path: string, theirs: string | Buffer, ours: string) =>
  mergeFile(path, Buffer.from(theirs), Buffer.from(ours))?.bytes.toString('utf8')

describe('a file that is there, joined with that of an app', () => {
  it('keeps what package.json says, its order, its indentation, and gets the rest', () => {
    const theirs =
      '{\n\t"version": "1.0.0",\n\t"name": "mine",\n\t"scripts": {\n\t\t"start": "mine"\n\t},\n\t"dependencies": {\n\t\t"b": "1.0.0",\n\t\t"d": "1.0.0"\n\t}\n}'
    const ours = JSON.stringify({
      ...{ name: 'ours', version: '0.0.0', type: 'module' },
      scripts: { start: 'ours', test: 'ours' },
      dependencies: { a: '2.0.0', b: '2.0.0', c: '2.0.0' },
    })
    const text = merged('package.json', theirs, ours) ?? ''
    assert.ok(text.startsWith('{\n\t"version": "1.0.0",\n\t"type": "module",\n\t"name": "mine"'))
    assert.ok(text.endsWith('\n}'))
    const { scripts, dependencies } = JSON.parse(text)
    assert.deepEqual(scripts, { start: 'mine', test: 'ours' })
    assert.equal(Object.entries(dependencies).join(' '), 'a,2.0.0 b,1.0.0 c,2.0.0 d,1.0.0')
  })

  it('is not touched where it has all already, however it is written', () => {
    const theirs = '{"name":"mine", "scripts": {"a":"b"} }'
    assert.equal(merged('package.json', theirs, '{"name":"ours","scripts":{"a":"c"}}'), theirs)
    assert.equal(merged('.env', 'A=1', 'A=2\n# comment\n'), 'A=1')
    assert.equal(merged('.gitignore', 'a\nb', 'b\n\na\n'), 'a\nb')
  })

  it('gets the variables and the lines that it lacks, at its end', () => {
    assert.equal(merged('.env', 'export A=1', 'A=2\nB="x y"\n'), 'export A=1\nB="x y"\n')
    assert.equal(merged('.env.example', 'A=\n', 'A=2\nB=3\n'), 'A=\nB=3\n')
    assert.equal(merged('.dockerignore', 'a\n', 'a\nb\n'), 'a\nb\n')
  })

  it('keeps the line ends of Windows', () => {
    assert.equal(merged('.gitignore', 'a\r\nb\r\n', 'b\nc\n'), 'a\r\nb\r\nc\r\n')
    assert.equal(
      merged('package.json', '{\r\n  "a": 1\r\n}\r\n', '{"b":2}'),
      '{\r\n  "b": 2,\r\n  "a": 1\r\n}\r\n',
    )
  })

  it('gets what "npm init" has left open, and what the author has said stays', () => {
    const ours = '{"type":"module","scripts":{"test":"node --test"}}'
    const placeholder = JSON.stringify('echo "Error: no test specified" && exit 1')
    const fresh = `\uFEFF{"name":"mine","type":"commonjs","scripts":{"test":${placeholder}}}`
    const text = merged('package.json', fresh, ours) ?? ''
    assert.deepEqual(JSON.parse(text), { name: 'mine', ...JSON.parse(ours) })
    const older = fresh.replace('"type":"commonjs",', '')
    assert.deepEqual(JSON.parse(merged('package.json', older, ours) ?? ''), JSON.parse(text))

    const decided = Buffer.from('{"name":"mine","type":"commonjs","scripts":{"test":"mocha"}}')
    const joined = mergeFile(
      'package.json',
      decided,
      Buffer.from(ours.replace('{', '{"name":"x",')),
    )
    assert.deepEqual(joined, { bytes: decided, clashes: ['type', 'scripts.test'] })
  })

  it('is given up where nobody can tell how', () => {
    assert.equal(merged('README.md', 'a', 'b'), undefined)
    for (const theirs of ['{ // comment\n}', '[]', 'null', '"text"', '']) {
      assert.equal(merged('package.json', theirs, '{}'), undefined, theirs)
    }
    assert.equal(
      merged('package.json', '{"scripts":"none"}', '{"scripts":{"a":"b"}}'),
      '{"scripts":"none"}',
    )
    assert.equal(merged('.env', Buffer.of(0x41, 0x3d, 0xff), 'B=1\n'), undefined)
  })
})
