#!/usr/bin/env python3
"""Measures lists and descriptions over HTTP: throughput, p50 and p99 with many clients at once.

    infra/benchmark/api.py [--snapshots 10000] [--volumes 100] [--clients 64] [--seconds 20] [--work DIR] [--keep]

Needs: everything built (mvn package -DskipTests), `minio` on the path. Fills a repository in a fresh MinIO by production code (some
minutes), serves it with `tidemark function serve` as a process of its own, and asks from another one on the same machine; what the
store, the functions and the clients take of the processor, each takes from the others. --keep leaves the filled store under --work
and uses it again next time.
"""
import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
from compare import HERE, KEY, SECRET, TIDEMARK, Store

DISTRIBUTION = os.path.dirname(os.path.dirname(os.path.abspath(TIDEMARK)))
CLASSES = os.path.join(HERE, "target", "classes")


def java(program, *arguments, env):
    """One of the programs of this module, in the distribution's own runtime."""
    command = [
        os.path.join(DISTRIBUTION, "runtime", "bin", "java"),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        f"-DZstdNativePath={os.path.join(DISTRIBUTION, 'lib', 'libzstd-jni.so')}",
        "-cp",
        os.pathsep.join([CLASSES, os.path.join(DISTRIBUTION, "lib", "tidemark.jar")]),
        f"io.tidemark.benchmark.{program}",
        *map(str, arguments),
    ]
    subprocess.run(command, env=env, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snapshots", type=int, default=10000)
    parser.add_argument("--volumes", type=int, default=100)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--work", default=os.path.join(HERE, "target", "api"))
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    for needed in (TIDEMARK, os.path.join(CLASSES, "io", "tidemark", "benchmark", "ListAndShow.class")):
        if not os.path.exists(needed):
            raise SystemExit(f"{needed} is not there: build it with mvn package -DskipTests")

    filled = os.path.join(arguments.work, f"filled-{arguments.volumes}-{arguments.snapshots}")
    folder = os.path.join(arguments.work, "minio")
    images = os.path.join(arguments.work, "images")
    fill = not os.path.exists(filled)
    if fill:
        shutil.rmtree(arguments.work, ignore_errors=True)
        os.makedirs(images)
    store = Store(folder, keep=not fill)
    functions = None
    token = secrets.token_hex(16)
    env = dict(
        os.environ,
        TIDEMARK_REPOSITORY="s3://bench/api",
        AWS_ENDPOINT_URL_S3=store.url,
        AWS_ACCESS_KEY_ID=KEY,
        AWS_SECRET_ACCESS_KEY=SECRET,
        AWS_REGION="us-east-1",
        TIDEMARK_STATE=os.path.join(arguments.work, "state"),
        TIDEMARK_HOST="benchmark",
        TIDEMARK_TOKENS=f"reader benchmark {token}",
        TIDEMARK_TOKEN=token,
        TIDEMARK_LISTEN="127.0.0.1:0",
        TIDEMARK_RATE="1000000",
    )
    try:
        if fill:
            subprocess.run([TIDEMARK, "repository", "init"], env=env, check=True, stdout=subprocess.DEVNULL)
            java("ManySnapshots", images, arguments.volumes, arguments.snapshots, env=env)
            open(filled, "w").close()
        functions = subprocess.Popen(
            [TIDEMARK, "function", "serve"], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        address = functions.stdout.readline().strip()
        if not address:
            raise SystemExit("the functions did not start: see tidemark function serve")
        java("ListAndShow", address, arguments.clients, arguments.seconds, env=env)
    finally:
        if functions:
            functions.send_signal(signal.SIGTERM)
            functions.wait()
        store.stop(keep=arguments.keep)
        if not arguments.keep:
            shutil.rmtree(arguments.work, ignore_errors=True)


main()
