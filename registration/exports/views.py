"""The answer to a request for a table: the file in the form that was asked for."""

from flask import Response, request

from registration import web
from registration.errors import Refused
from registration.exports import comma_separated, sheet
from registration.exports.sheet import Sheet
from registration.exports.workbook import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file(table: Sheet) -> Response:
    """The table to take away, once it stands in the journal that it was taken.

    The field `format` of the request says whether as "csv" (also where it says nothing) or "xlsx".
    """
    asked = request.form.get("format", "csv")
    if asked not in ("csv", "xlsx"):
        raise Refused("Tables are to be had as CSV and as XLSX.", field="format")
    session = web.session()
    sheet.log(session, table, asked)
    session.commit()
    if asked == "xlsx":
        response = Response(workbook(table), mimetype=XLSX)
    else:
        response = Response(comma_separated.lines(table), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{table.stem}.{asked}")
    return response
