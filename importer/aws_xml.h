/* aws_xml.h - the small XML that Amazon answers with
 *
 * Elements that hold others, and elements that hold text: nothing else is looked at.  A
 * document type, and so any entity of its own, is refused; nothing is fetched.
 */
#ifndef IMPORTER_AWS_XML_H
#define IMPORTER_AWS_XML_H

#include <glib.h>
#include <stdbool.h>

/* An element that held no other ended: its name, that of the one around it ("" for none), and
 * its text.  One that held others did: @text is NULL. */
typedef void (*AwsXmlEnd)(const char *parent, const char *name, const char *text, void *data);

/* False: it is no such XML. */
bool aws_xml_read(GBytes *bytes, AwsXmlEnd on_end, void *data);

#endif
