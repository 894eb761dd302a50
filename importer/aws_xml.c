#include "importer/aws_xml.h"

#include <libxml/parser.h>
#include <string.h>

enum {
	MAX_DEPTH = 16,
	MAX_TEXT = 16 * 1024, /* of one element: a key is shorter, with all of it as %XX */
};

typedef struct Reading {
	xmlParserCtxt *parser;
	AwsXmlEnd on_end;
	void *data;
	char *names[MAX_DEPTH];
	int depth;
	bool holds_others; /* the element that ended last stood in the one that ends next */
	GString *text;
	bool refused;
} Reading;

static void
refuse(Reading *reading)
{
	reading->refused = true;
	xmlStopParser(reading->parser);
}

static void
on_start(void *data, const xmlChar *name, const xmlChar **attributes)
{
	Reading *reading = data;

	(void)attributes;
	if (reading->depth == MAX_DEPTH) {
		refuse(reading);
		return;
	}
	reading->names[reading->depth++] = g_strdup((const char *)name);
	reading->holds_others = false;
	g_string_truncate(reading->text, 0);
}

static void
on_end(void *data, const xmlChar *name)
{
	Reading *reading = data;
	g_autofree char *ended = NULL;

	(void)name;
	if (reading->refused || reading->depth == 0)
		return;
	ended = reading->names[--reading->depth];
	reading->on_end(reading->depth > 0 ? reading->names[reading->depth - 1] : "", ended,
		reading->holds_others ? NULL : reading->text->str, reading->data);
	reading->holds_others = true;
}

static void
on_text(void *data, const xmlChar *text, int length)
{
	Reading *reading = data;

	if (reading->text->len + (size_t)length > MAX_TEXT)
		refuse(reading);
	else
		g_string_append_len(reading->text, (const char *)text, length);
}

static void
on_document_type(void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	(void)name, (void)external, (void)system;
	refuse(data);
}

bool
aws_xml_read(GBytes *bytes, AwsXmlEnd end, void *data)
{
	xmlSAXHandler handler = {
		.startElement = on_start,
		.endElement = on_end,
		.characters = on_text,
		.cdataBlock = on_text,
		.internalSubset = on_document_type,
	};
	Reading reading = { .on_end = end, .data = data, .text = g_string_new(NULL) };
	gsize size = 0;
	const char *text = g_bytes_get_data(bytes, &size);
	bool good;

	reading.parser = xmlCreatePushParserCtxt(&handler, &reading, NULL, 0, NULL);
	xmlCtxtUseOptions(
		reading.parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	good = size > 0 && size <= G_MAXINT &&
		xmlParseChunk(reading.parser, text, (int)size, 1) == XML_ERR_OK && !reading.refused;
	xmlFreeDoc(reading.parser->myDoc);
	xmlFreeParserCtxt(reading.parser);
	while (reading.depth > 0)
		g_free(reading.names[--reading.depth]);
	g_string_free(reading.text, TRUE);
	return good;
}
