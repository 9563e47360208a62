"""Listens on MongoDB's port and answers its wire protocol (mockupdb), without passwords."""
import contextlib
import errno
import os
import signal
import sys
import threading
import time

import bson
import catalog
import documents
import mockupdb
import mongomock
from pymongo.errors import OperationFailure

PORT = 27017
TTL_MONITOR_SECONDS = 60
mockupdb._ALL_OP_MSG_FLAGS |= 1 << 16  # exhaustAllowed, which mockupdb has at a wrong bit
unpack = mockupdb.mock_server_receive_request
lock = threading.Lock()
JOURNAL = '/tmp/journal'
JOURNALED = ('insert', 'update', 'delete', 'findandmodify', 'create', 'drop', 'dropdatabase',
             'createindexes', 'dropindexes')


def hello(db, col, c):
    # No topologyVersion and no sessions: the driver then polls, and leaves sessions out.
    return {'helloOk': True, 'ismaster': True, 'isWritablePrimary': True, 'readOnly': False,
            'minWireVersion': 0, 'maxWireVersion': 13, 'maxBsonObjectSize': 16777216,
            'maxMessageSizeBytes': 48000000, 'maxWriteBatchSize': 100000}


def build_info(db, col, c):
    return {'version': mongomock.SERVER_VERSION, 'gitVersion': 'mongomock, not MongoDB'}


def ping(db, col, c):
    return {}


COMMANDS = {command.__name__.replace('_', ''): command for command in (
    hello, build_info, ping, documents.find, documents.get_more, documents.kill_cursors,
    documents.aggregate, documents.count, documents.distinct, documents.insert, documents.update,
    documents.delete, documents.find_and_modify, catalog.create, catalog.drop,
    catalog.drop_database, catalog.list_collections, catalog.list_databases,
    catalog.create_indexes, catalog.list_indexes, catalog.drop_indexes)}
COMMANDS.update(ismaster=hello, endsessions=ping)


def run(name, namespace, doc, journal=None):
    command = COMMANDS.get(name.lower())
    if command is None:
        raise OperationFailure("no such command: '%s'" % name, 59)
    database, target = catalog.client[namespace], doc[name]
    collection = database[target] if isinstance(target, str) else None
    with lock:
        if journal and name.lower() in JOURNALED:
            journal.write(bson.encode({'name': name, 'namespace': namespace, 'doc': doc}))
        return command(database, collection, doc)


def replay():
    """Does again what was done before the server was killed; what failed then fails again."""
    if os.path.exists(JOURNAL):
        with open(JOURNAL, 'rb') as journal:
            for entry in bson.decode_file_iter(journal):
                with contextlib.suppress(Exception):
                    run(**entry)


def answer(request):
    try:
        reply = run(request.command_name, request.namespace, request.doc, journal)
    except Exception as error:
        reply = dict(documents.describe(error), ok=0)
    wanted = not isinstance(request, mockupdb.OpMsg) or (
        not request.flags & mockupdb.OP_MSG_FLAGS['moreToCome'])
    try:
        return request.replies(reply) if wanted else True
    except OSError:  # the client is gone
        return True


def receive(client, server):
    # Whatever cannot be read, such as a date after the year 9999, ends the connection: mockupdb
    # would leave the client waiting.
    try:
        return unpack(client, server)
    except Exception as error:
        if not isinstance(error, OSError):
            print('connection closed: %r' % error, file=sys.stderr)
        raise ConnectionResetError(errno.ECONNRESET, str(error)) from error


def main():
    # As the first process of a container it would not hear these signals without a handler.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    replay()
    global journal
    journal = open(JOURNAL, 'ab', buffering=0)
    mockupdb.mock_server_receive_request = receive
    server = mockupdb.MockupDB(port=PORT)
    server._address = ('0.0.0.0', PORT)  # mockupdb itself only knows localhost
    server.autoresponds(answer)
    server.run()
    print('mongomock, not MongoDB. Waiting for connections on port %d' % PORT, flush=True)
    while True:
        time.sleep(TTL_MONITOR_SECONDS)
        with lock:
            catalog.reap()


main()
