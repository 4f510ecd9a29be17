'use strict';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function resolve(schema, spec, seen) {
  if (!schema || typeof schema !== 'object') return schema;
  if (Array.isArray(schema)) return schema.map((part) => resolve(part, spec, seen));
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop();
    if (seen.includes(name)) return { '…': name };
    return resolve(spec.components.schemas[name], spec, [...seen, name]);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, resolve(part, spec, seen)]));
}

function describe(schema) {
  if (!schema) return '';
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.anyOf || schema.oneOf) return (schema.anyOf || schema.oneOf).map(describe).join(' | ');
  return [].concat(schema.type || '').join(' | ');
}

function parameterTable(parameters) {
  const table = element('table');
  for (const parameter of parameters) {
    const row = table.insertRow();
    row.insertCell().append(element('code', '', parameter.name + (parameter.required ? ' *' : '')));
    row.insertCell().textContent = parameter.in;
    row.insertCell().textContent = describe(parameter.schema);
    row.insertCell().textContent = parameter.description || '';
  }
  return table;
}

function schemaBlock(title, content, spec) {
  const fragment = document.createDocumentFragment();
  for (const [media, { schema }] of Object.entries(content || {})) {
    fragment.append(element('h3', '', `${title} (${media})`));
    fragment.append(element('pre', '', JSON.stringify(resolve(schema, spec, []), null, 2)));
  }
  return fragment;
}

function openBody(operation, spec) {
  const body = element('div', 'body');
  if (operation.description) body.append(element('p', '', operation.description));
  const security = (operation.security || []).map((way) => Object.keys(way).join(' + ')).join(', or ');
  body.append(element('p', '', security ? `Needs: ${security}` : 'Public'));
  if ((operation.parameters || []).length) body.append(parameterTable(operation.parameters));
  if (operation.requestBody) body.append(schemaBlock('Body', operation.requestBody.content, spec));
  for (const [status, answer] of Object.entries(operation.responses)) {
    body.append(schemaBlock(`Answer ${status}`, answer.content, spec));
  }
  return body;
}

function entry(path, method, operation, spec) {
  const details = element('details');
  const summary = element('summary');
  summary.append(element('span', `method ${method}`, method.toUpperCase()));
  summary.append(element('span', 'path', path), element('span', 'words', operation.summary || ''));
  details.append(summary);
  details.dataset.words = `${method} ${path} ${operation.summary || ''}`.toLowerCase();
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(openBody(operation, spec));
  });
  return details;
}

function render(spec) {
  const sections = new Map();
  for (const [path, operations] of Object.entries(spec.paths)) {
    for (const method of METHODS.filter((name) => operations[name])) {
      const tag = (operations[method].tags || ['Other'])[0];
      if (!sections.has(tag)) sections.set(tag, []);
      sections.get(tag).push(entry(path, method, operations[method], spec));
    }
  }
  const main = document.getElementById('operations');
  main.replaceChildren();
  for (const [tag, entries] of [...sections].sort(([one], [other]) => one.localeCompare(other))) {
    const section = element('section');
    section.append(element('h2', '', tag), ...entries);
    main.append(section);
  }
}

function filter(words) {
  for (const details of document.querySelectorAll('details')) details.hidden = !details.dataset.words.includes(words);
  for (const section of document.querySelectorAll('section')) {
    section.hidden = !section.querySelector('details:not([hidden])');
  }
}

document.getElementById('filter').addEventListener('input', (event) => filter(event.target.value.toLowerCase()));
fetch('/openapi.json')
  .then((answer) => answer.json())
  .then(render)
  .catch((error) => {
    document.getElementById('operations').textContent = `The document could not be loaded: ${error}`;
  });
