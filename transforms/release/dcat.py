"""``dcat.jsonld``: the release for catalogues, in the words of DCAT and of schema.org at once."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.release.content import Content
from transforms.release.file_facts import FileFacts, caveats, identifier, period, title

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def dataset(content: Content, files: Sequence[FileFacts]) -> dict[str, object]:
    """The release as JSON-LD. Addresses of files are relative where no web address is configured."""
    release, publisher = content.release, content.publisher
    first, last = period(content)
    name, about = title(content), " ".join(caveats(content))
    who = {"@type": ["foaf:Organization", "schema:Organization"], "foaf:name": publisher.name, "schema:name": publisher.name}
    address = publisher.address.rstrip("/")
    base = f"{address}/{release.room}/{release.folder}/" if address else ""
    rights = {"@type": "dct:RightsStatement", "rdfs:label": publisher.licence}
    distributions = [_distribution(file, base) for file in sorted(files, key=lambda file: file.path)]
    return {
        "@context": _CONTEXT,
        "@type": ["dcat:Dataset", "schema:Dataset"],
        "dct:identifier": identifier(content),
        "schema:identifier": identifier(content),
        "dct:title": {"@value": name, "@language": "en"},
        "schema:name": name,
        "dct:description": {"@value": about, "@language": "en"},
        "schema:description": about,
        "dcat:version": release.version,
        "schema:version": release.version,
        "dct:publisher": who,
        "schema:publisher": who,
        "dct:rights": rights,
        "schema:license": publisher.licence,
        "dct:bibliographicCitation": publisher.credit,
        "schema:creditText": publisher.credit,
        "dct:spatial": {"@type": "dct:Location", "rdfs:label": "Iraq"},
        "schema:spatialCoverage": {"@type": "schema:Place", "schema:name": "Iraq"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": first.isoformat(), "@type": "xsd:date"},
            "dcat:endDate": {"@value": last.isoformat(), "@type": "xsd:date"},
        },
        "schema:temporalCoverage": f"{first.isoformat()}/{last.isoformat()}",
        "dcat:distribution": distributions,
        "schema:distribution": distributions,
    }


def _distribution(file: FileFacts, base: str) -> dict[str, object]:
    address = {"@id": base + file.path}
    made: dict[str, object] = {
        "@type": ["dcat:Distribution", "schema:DataDownload"],
        "dct:title": file.title,
        "schema:name": file.title,
        "dcat:downloadURL": address,
        "schema:contentUrl": base + file.path,
        "dcat:mediaType": file.media_type,
        "schema:encodingFormat": file.media_type,
    }
    if file.is_stable:  # else size and hash are of one copy only
        made["dcat:byteSize"] = {"@value": str(file.bytes), "@type": "xsd:nonNegativeInteger"}
        made["schema:contentSize"] = f"{file.bytes} B"
        made["spdx:checksum"] = {"spdx:algorithm": "SHA256", "spdx:checksumValue": file.sha256}
    return made
