"""Writes the Parquet files of these tests with pyarrow, a writer that is not ours.

Run in this folder with any Python that has `pyarrow`; the bytes depend on its version, so that
the files are kept and not made anew by the tests.
"""

import base64
import datetime as dt
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

D = decimal.Decimal


def kinds():
    """Three rows of every type: a value, nothing, the edge of the type."""
    utc = dt.timezone.utc
    noon = dt.datetime(2024, 6, 30, 12, 34, 56, 789_000)
    old = dt.datetime(1969, 12, 31, 23, 59, 59, 500_000)
    columns = {
        "i8": pa.array([-7, None, -128], pa.int8()),
        "i16": pa.array([-7, None, -32768], pa.int16()),
        "i32": pa.array([-7, None, -(2**31)], pa.int32()),
        "i64": pa.array([-7, None, -(2**63)], pa.int64()),
        "u8": pa.array([7, None, 255], pa.uint8()),
        "u16": pa.array([7, None, 65535], pa.uint16()),
        "u32": pa.array([7, None, 2**32 - 1], pa.uint32()),
        "u64": pa.array([7, None, 2**64 - 1], pa.uint64()),
        "d9": pa.array([D("12.34"), None, D("-0.05")], pa.decimal128(9, 2)),
        "d18": pa.array([D("12.3400"), None, D("-99999999999999.9999")], pa.decimal128(18, 4)),
        "d38": pa.array([D("1"), None, D("-" + "9" * 38)], pa.decimal128(38, 0)),
        "half": pa.array([1.5, None, -65504.0], pa.float16()),
        "f32": pa.array([0.1, None, float("nan")], pa.float32()),
        "f64": pa.array([0.1, None, float("inf")], pa.float64()),
        "yes": pa.array([True, None, False], pa.bool_()),
        "text": pa.array(["客户", None, ""], pa.string()),
        "word": pa.array(["a", None, "b"], pa.dictionary(pa.int8(), pa.string())),
        "raw": pa.array([b"plain", None, b"x"], pa.binary()),
        "four": pa.array([b"abcd", None, b"wxyz"], pa.binary(4)),
        "day": pa.array([dt.date(2024, 2, 29), None, dt.date(1, 1, 1)], pa.date32()),
        "clock": pa.array([dt.time(9, 30, 15), None, dt.time(23, 59, 59)], pa.time32("ms")),
        "at_ms": pa.array([noon, None, old], pa.timestamp("ms")),
        "at_us": pa.array([noon, None, old], pa.timestamp("us")),
        "at_ns": pa.array([noon, None, old], pa.timestamp("ns")),
        "utc_ms": pa.array([noon.replace(tzinfo=utc), None, old.replace(tzinfo=utc)], pa.timestamp("ms", "UTC")),
        "utc_us": pa.array([noon.replace(tzinfo=utc), None, old.replace(tzinfo=utc)], pa.timestamp("us", "UTC")),
        "utc_ns": pa.array([noon.replace(tzinfo=utc), None, old.replace(tzinfo=utc)], pa.timestamp("ns", "UTC")),
        "nothing": pa.nulls(3),
        "place": pa.array([{"city": "Brno", "tags": ["a"]}, None, {"city": None, "tags": []}]),
        "list": pa.array([[1, 2], None, []], pa.list_(pa.int32())),
    }
    return pa.table(columns)


def people(count):
    """Customers by number, in row groups of 300."""
    ids = [f"c{n}" for n in range(count)]
    return pa.table(
        {
            "id": ids,
            "name": pa.array([f"n{n % 7}" for n in range(count)]).dictionary_encode(),
            "born": pa.array([dt.date(1970, 1, 1) + dt.timedelta(days=n) if n % 3 else None for n in range(count)]),
            "wealth": pa.array([D(n) / 100 for n in range(count)], pa.decimal128(12, 2)),
        }
    )


class Keys(pe.KmsClient):
    """One key, which protects nothing."""

    def __init__(self, _):
        pe.KmsClient.__init__(self)

    def wrap_key(self, key, _):
        return base64.b64encode(key)

    def unwrap_key(self, wrapped, _):
        return base64.b64decode(wrapped)


def sealed_column(name):
    """A plain footer over a column that is encrypted."""
    table = people(3)
    how = pe.EncryptionConfiguration(footer_key="k", column_keys={"k": ["wealth"]}, plaintext_footer=True)
    keys = pe.CryptoFactory(Keys).file_encryption_properties(pe.KmsConnectionConfig(), how)
    with pq.ParquetWriter(name, table.schema, encryption_properties=keys, store_schema=False) as writer:
        writer.write_table(table)


sealed_column("sealed_column.parquet")
pq.write_table(kinds(), "kinds.parquet", version="2.6", store_schema=False)
pq.write_table(
    kinds().select(["at_ns", "text"]), "old_times.parquet", use_deprecated_int96_timestamps=True, store_schema=False
)
for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
    for version in ["1.0", "2.0"] if codec != "brotli" else ["1.0"]:
        name = f"people_{codec}_{version[0]}.parquet"
        pq.write_table(
            people(1000), name, compression=codec, data_page_version=version, row_group_size=300,
            data_page_size=1000, store_schema=False, write_statistics=False,
        )
pq.write_table(
    people(10), "mixed_codecs.parquet", compression={"id": "snappy", "name": "brotli", "born": "zstd", "wealth": "none"},
    store_schema=False, write_statistics=False,
)
