"""Commands on indexes, collections and databases, and the monitor of TTL indexes."""
import mongomock
from documents import first_batch
from mongomock.filtering import filter_applies
from pymongo.errors import OperationFailure

# MongoDB's TTL monitor runs once a minute (see reap); mongomock would look at every access.
mongomock.store.CollectionStore._remove_expired_documents = lambda self: None
INDEX_OPTIONS = ('name', 'unique', 'sparse', 'expireAfterSeconds', 'partialFilterExpression')
client = mongomock.MongoClient()


def create_indexes(db, col, c):
    for index in c['indexes']:
        options = {key: index[key] for key in INDEX_OPTIONS if key in index}
        try:
            col.create_index(list(index['key'].items()), **options)
        except OperationFailure as error:
            raise error if error.code else OperationFailure(str(error), 86)
    return {'numIndexesAfter': len(list(col.list_indexes()))}


def list_indexes(db, col, c):
    if not col._store.is_created:
        raise OperationFailure('ns does not exist: ' + col.full_name, 26)
    return first_batch(col.full_name, list(col.list_indexes()))


def drop_indexes(db, col, c):
    for index in list(col.list_indexes())[1:]:
        if c['index'] in ('*', index['name'], index['key']):
            col.drop_index(index['name'])
    return {}


def create(db, col, c):
    if col.name in db.list_collection_names():
        raise OperationFailure('collection already exists: ' + col.full_name, 48)
    db.create_collection(col.name)
    return {}


def drop(db, col, c):
    col.drop()
    return {}


def drop_database(db, col, c):
    client.drop_database(db.name)
    return {'dropped': db.name}


def list_collections(db, col, c):
    names = db.list_collection_names()
    rows = [{'name': name, 'type': 'collection', 'options': {}, 'info': {}} for name in names]
    return first_batch(db.name + '.$cmd.listCollections',
                       [row for row in rows if filter_applies(c.get('filter') or {}, row)], 10000)


def list_databases(db, col, c):
    rows = [{'name': name, 'sizeOnDisk': 1, 'empty': False} for name in client.list_database_names()]
    return {'databases': rows, 'totalSize': len(rows)}


def reap():
    for database in client._store._databases.values():
        for store in database._collections.values():
            for index in store._ttl_indexes.values():
                if 'partialFilterExpression' not in index:
                    store._expire_documents(index)
