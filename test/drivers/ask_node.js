// Asks through node-postgres: node ask_node.js
'use strict';
const fs = require('fs');
const path = require('path');
const pg = require('pg');

// 64-bit integers and numerics come as strings: JavaScript's numbers would not hold them. Dates too in newer versions.
const TYPES = {
  16: ['boolean', 'boolean'],
  20: ['bigint', 'string'],
  25: ['text', 'string'],
  701: ['double precision', 'number'],
  1082: ['date', 'Date', 'string'],
  1184: ['timestamp with time zone', 'Date'],
  1700: ['numeric', 'string'],
};
const PARSERS = {
  text: String, numeric: String, bigint: String, float8: Number, date: String,
  boolean: (text) => text === 'true',
  timestamptz: (text) => new Date(text.replace('+00', 'Z').replace(' ', 'T')),
};

const formOf = (value) => (value instanceof Date ? 'Date' : typeof value);

function typeOf(field, values) {
  const [name, ...wanted] = TYPES[field.dataTypeID] || [`type ${field.dataTypeID}`];
  const others = values.filter((v) => v !== null && !wanted.includes(formOf(v))).map(formOf);
  if (others.length > 0) return `${name} but values of ${[...new Set(others)]}`;
  const modifier = field.dataTypeModifier - 4;
  return name === 'numeric' ? `numeric(${modifier >> 16},${modifier & 0xffff})` : name;
}

function shown(value, type) {
  if (value === null) return '\\N';
  if (type === 'boolean') return value ? 't' : 'f';
  if (!(value instanceof Date)) return String(value);
  if (type !== 'date') return value.toISOString();
  const two = (n) => String(n).padStart(2, '0');   // midnight of here, not of UTC
  return `${value.getFullYear()}-${two(value.getMonth() + 1)}-${two(value.getDate())}`;
}

async function main() {
  const client = new pg.Client();
  await client.connect();
  const lines = fs.readFileSync(path.join(__dirname, 'questions.tsv'), 'utf8').split('\n');
  for (const line of lines.filter((l) => l !== '' && !l.startsWith('#'))) {
    const [name, query, ...values] = line.split('\t');
    console.log(`question\t${name}`);
    let place = 0;
    try {
      const result = await client.query({
        text: query.replace(/\?/g, () => `$${(place += 1)}`),
        values: values.map((v) => PARSERS[v.split(':', 1)[0]](v.slice(v.indexOf(':') + 1))),
        rowMode: 'array',
      });
      const types = result.fields.map((field, i) => typeOf(field, result.rows.map((row) => row[i])));
      result.fields.forEach((field, i) => console.log(`column\t${field.name}\t${types[i]}`));
      result.rows.forEach((row) => console.log(['row', ...row.map((v, i) => shown(v, types[i]))].join('\t')));
    } catch (error) {
      console.log(`error\t${error}`);
    }
  }
  await client.end();
}

main();
