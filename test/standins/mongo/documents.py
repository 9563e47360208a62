"""Commands on documents, answered by mongomock: each takes (database, collection, command)."""
import itertools

import mongomock
from bson import Int64
from mongomock.aggregate import process_pipeline
from mongomock.filtering import BsonComparable
from pymongo.errors import OperationFailure

mongomock.collection.BSON = None  # MongoDB 5 and newer store keys with dots and dollars
CODE_NAMES = {26: 'NamespaceNotFound', 43: 'CursorNotFound', 48: 'NamespaceExists',
              59: 'CommandNotFound', 86: 'IndexKeySpecsConflict', 238: 'NotImplemented',
              11000: 'DuplicateKey'}
cursors, cursor_ids = {}, itertools.count(1)


def describe(error):
    code = getattr(error, 'code', None) or (238 if isinstance(error, NotImplementedError) else 2)
    text = 'E11000 duplicate key error' if code == 11000 else str(error) or repr(error)
    return {'code': code, 'codeName': CODE_NAMES.get(code, 'BadValue'), 'errmsg': text}


def batch(ns, rows, size, number, key):
    if rows[size:]:
        cursors[number] = ns, rows[size:]
    return {'cursor': {'id': Int64(number if rows[size:] else 0), 'ns': ns, key: rows[:size]}}


def first_batch(ns, rows, size=101, single=False):
    return batch(ns, rows[:size] if single else rows, size, next(cursor_ids), 'firstBatch')


def get_more(db, col, c):
    number = c['getMore']
    if number not in cursors:
        raise OperationFailure('cursor id %d not found' % number, 43)
    ns, rows = cursors.pop(number)
    return batch(ns, rows, c.get('batchSize') or len(rows), number, 'nextBatch')


def kill_cursors(db, col, c):
    killed = [number for number in c['cursors'] if cursors.pop(number, None)]
    return {'cursorsKilled': killed, 'cursorsAlive': [], 'cursorsUnknown': [],
            'cursorsNotFound': [number for number in c['cursors'] if number not in killed]}


def select(col, query, c, fields=None):
    rows = col._get_dataset(query or {}, list((c.get('sort') or {}).items()), fields or None, dict)
    skip, limit = int(c.get('skip') or 0), abs(int(c.get('limit') or 0))
    return list(itertools.islice(rows, skip, skip + limit if limit else None))


def find(db, col, c):
    rows = select(col, c.get('filter'), c, c.get('projection'))
    return first_batch(col.full_name, rows, c.get('batchSize', 101), c.get('singleBatch'))


def aggregate(db, col, c):
    rows = list(process_pipeline(select(col, {}, {}), db, c['pipeline'], None))
    return first_batch(col.full_name, rows, c.get('cursor', {}).get('batchSize', 101))


def count(db, col, c):
    return {'n': len(select(col, c.get('query'), c))}


def distinct(db, col, c):
    values = col.find(c.get('query') or {}).distinct(c['key'])
    return {'values': sorted(values, key=BsonComparable)}


def write(c, items, apply):
    reply = {'n': 0}
    for index, item in enumerate(c[items]):
        try:
            apply(reply, index, item)
        except Exception as error:
            reply.setdefault('writeErrors', []).append(dict(describe(error), index=index))
            if c.get('ordered', True):
                break
    return reply


def insert(db, col, c):
    def apply(reply, index, document):
        col._insert(document)
        reply['n'] += 1
    return write(c, 'documents', apply)


def change(col, query, document, u):
    return col._update(query, document, upsert=u.get('upsert', False), multi=u.get('multi', False),
                       collation=u.get('collation'), array_filters=u.get('arrayFilters'))


def update(db, col, c):
    def apply(reply, index, u):
        result = change(col, u['q'], u['u'], u)
        reply['n'] += result['n']
        reply['nModified'] = reply.get('nModified', 0) + result['nModified']
        if result['n'] and not result['updatedExisting']:
            reply.setdefault('upserted', []).append({'index': index, '_id': result['upserted']})
    return dict({'nModified': 0}, **write(c, 'updates', apply))


def delete(db, col, c):
    def apply(reply, index, d):
        reply['n'] += col._delete(d['q'], d.get('collation'), multi=not d['limit'])['n']
    return write(c, 'deletes', apply)


def find_and_modify(db, col, c):
    found = select(col, c.get('query'), {'sort': c.get('sort'), 'limit': 1})
    spec = {'_id': found[0]['_id']} if found else c.get('query') or {}
    value, about = select(col, spec, {}, c.get('fields'))[:1], {'n': len(found)}
    if c.get('remove'):
        col._delete(spec)
    elif found or c.get('upsert'):
        result = change(col, spec, c['update'], c)
        about = {'n': result['n'], 'updatedExisting': result['updatedExisting']}
        if not found:
            about['upserted'] = result['upserted']
            spec = {'_id': result['upserted']}
        if c.get('new'):
            value = select(col, spec, {}, c.get('fields'))
    return {'lastErrorObject': about, 'value': value[0] if value else None}
