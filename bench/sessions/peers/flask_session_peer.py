"""Flask with Flask-Session on Redis: the same routes as the other servers of the bench."""
import json
import os
import resource

from flask import Flask, Response, request, session
from flask_session import Session
from redis import Redis

app = Flask(__name__)
app.config.update(SESSION_TYPE='redis', SESSION_REDIS=Redis.from_url(os.environ['BENCH_URL']))
Session(app)


def answer(body):
    return Response(json.dumps(body, separators=(',', ':')), mimetype='application/json')


@app.get('/page')
def page():
    return answer({'page': 'Welcome'})


@app.get('/read')
def read():
    return answer({'user': session['user'], 'count': session['count']})


@app.post('/write')
def write():
    session['count'] += 1
    return answer({'user': session['user'], 'count': session['count']})


@app.post('/login')
def login():
    items = max(0, round((int(request.args['bytes']) - 60) / 50))
    session['user'] = request.args['user']
    session['count'] = 0
    session['items'] = [
        {'id': 100_000 + index, 'name': 'An article', 'price': 9.99} for index in range(items)
    ]
    app.session_interface.regenerate(session)
    return answer({'user': session['user'], 'count': 0})


@app.get('/usage')
def usage():
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    with open('/proc/self/statm') as file:
        pages = int(file.read().split()[1])
    return answer({'cpuUs': cpu * 1e6, 'memoryBytes': pages * resource.getpagesize()})
