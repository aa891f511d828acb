"""The least that gives a shell to a browser by terminado: terminado-server.py PORT PROGRAM [ARGUMENT...]"""

import sys

import terminado
import tornado.ioloop
import tornado.web

port, *argv = sys.argv[1:]
terminals = terminado.UniqueTermManager(shell_command=argv)
tornado.web.Application([(r"/websocket", terminado.TermSocket, {"term_manager": terminals})]).listen(int(port), "127.0.0.1")
tornado.ioloop.IOLoop.current().start()
