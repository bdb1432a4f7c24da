"""A contestant in Python: the mmap module, struct and memoryview. See ../../protocol.ts."""

import array
import mmap
import os
import struct
import sys
import time

PAGE = 4096
WORDS = 1024


def map_pages(arguments):
    file = os.open(arguments["path"], os.O_RDWR)
    pages = array.array("I")
    with open(arguments["pages"], "rb") as sequence:
        pages.frombytes(sequence.read())
    mask = len(pages) - 1

    def run(iterations):
        for i in range(iterations):
            page = mmap.mmap(file, PAGE, offset=pages[i & mask] * PAGE)
            page[0] = 1
            page.close()

    return run


def open_page(arguments):
    file = os.open(arguments["path"], os.O_RDWR)
    return mmap.mmap(file, PAGE)


def struct_read32(arguments):
    page = open_page(arguments)
    unpack = struct.Struct("<I").unpack_from

    def run(iterations):
        for i in range(iterations):
            unpack(page, (i & (WORDS - 1)) * 4)

    return run


def struct_write32(arguments):
    page = open_page(arguments)
    pack = struct.Struct("<I").pack_into

    def run(iterations):
        for i in range(iterations):
            pack(page, (i & (WORDS - 1)) * 4, i)

    return run


def memoryview_read32(arguments):
    words = memoryview(open_page(arguments)).cast("I")

    def run(iterations):
        for i in range(iterations):
            words[i & (WORDS - 1)]

    return run


def memoryview_write32(arguments):
    words = memoryview(open_page(arguments)).cast("I")

    def run(iterations):
        for i in range(iterations):
            words[i & (WORDS - 1)] = i

    return run


def config(arguments):
    folder = arguments.get("folder", "/sys")
    file = os.open(f"{folder}/bus/pci/devices/{arguments['device']}/config", os.O_RDWR)
    unpack = struct.Struct("<I").unpack

    def run(iterations):
        for i in range(iterations):
            unpack(os.pread(file, 4, 0))

    return run


CASES = {
    "map": map_pages,
    "struct-read32": struct_read32,
    "struct-write32": struct_write32,
    "memoryview-read32": memoryview_read32,
    "memoryview-write32": memoryview_write32,
    "config": config,
}


def main():
    run = None
    for line in sys.stdin:
        word, operand, *rest = line.rstrip("\n").split("\t")
        answer = "ok"
        try:
            if word == "prepare":
                run = CASES[operand](dict(each.split("=", 1) for each in rest))
            else:
                start = time.perf_counter_ns()
                run(int(operand))
                answer = f"ok\tns={time.perf_counter_ns() - start}"
        except Exception as error:
            answer = f"error\t{type(error).__name__}: {error}"
        print(answer, flush=True)


main()
