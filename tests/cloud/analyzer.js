// Google's own SQL analyzer over statements: JSON on stdin, JSON on stdout; analyzer.py beside this file calls it.
//   in:  {modules, port, tables: {"project.dataset.table": [column...]}, statements: [{name, sql, makes}...]}
//   out: [{name, error, columns}...]; a statement that `makes` a table can be read by those after it
const {spawn} = require('child_process');
const fs = require('fs');
const path = require('path');

const {modules, port, tables, statements} = JSON.parse(fs.readFileSync(0));
const package_ = path.dirname(require.resolve('@fivetrandevelopers/zetasql', {paths: [modules]}));
const {ZetaSQLClient} = require(package_);

// The package can start its server too, but lets it write on our stdout.
const start = () => {
  const kind = (process.arch.startsWith('arm') ? '_arm' : '') + (process.platform === 'darwin' ? '' : '.so');
  return spawn(path.join(package_, 'zetasql', `remote_server${kind}`), ['localhost', `${port}`], {stdio: 'ignore'});
};

const KINDS = {FLOAT64: 'TYPE_DOUBLE'};  // its older name; the others are TYPE_ and BigQuery's name
const typeOf = ({type, mode, fields}) => {
  const one = type === 'RECORD'
    ? {typeKind: 'TYPE_STRUCT', structType: {field: fields.map(f => ({fieldName: f.name, fieldType: typeOf(f)}))}}
    : {typeKind: KINDS[type] || `TYPE_${type}`};
  return mode === 'REPEATED' ? {typeKind: 'TYPE_ARRAY', arrayType: {elementType: one}} : one;
};

// `project`.`dataset`.`table` is looked up in catalogs within catalogs.
const put = (catalogs, name, column) => {
  const folders = name.split('.');
  const table = folders.pop();
  let inside = {catalog: catalogs};
  for (const folder of folders) {
    const known = inside.catalog.find(each => each.name === folder);
    if (!known) inside.catalog.push({name: folder, catalog: [], table: []});
    inside = known || inside.catalog.at(-1);
  }
  inside.table = inside.table.filter(each => each.name !== table).concat({name: table, column});
};

const judge = async (client, language, catalogs, {name, sql, makes}) => {
  try {
    const {resolvedStatement} = await client.analyze({
      sqlStatement: sql,
      simpleCatalog: {name: 'bigquery', catalog: catalogs, builtinFunctionOptions: {languageOptions: language}},
      options: {languageOptions: language, errorMessageMode: 'ERROR_MESSAGE_ONE_LINE'},
    });
    const found = resolvedStatement.resolvedQueryStmtNode.outputColumnList;
    const columns = found.map(each => ({name: each.name, type: each.column.type}));
    if (makes) put(catalogs, makes, columns);
    return {name, error: '', columns: columns.map(each => each.name)};
  } catch (error) {
    return {name, error: error.details || error.message, columns: []};
  }
};

(async () => {
  const server = start();
  try {
    ZetaSQLClient.init(port);
    const client = ZetaSQLClient.getInstance();
    if (!await client.testConnection()) throw new Error('the analyzer did not start');
    const {enabledLanguageFeatures} = await client.getLanguageOptions({maximumFeatures: true});
    const language = {
      enabledLanguageFeatures,
      productMode: 'PRODUCT_EXTERNAL',  // the types and functions that BigQuery has
      supportedStatementKinds: ['RESOLVED_QUERY_STMT'],
      reservedKeywords: ['QUALIFY'],
    };
    const catalogs = [];
    for (const [name, columns] of Object.entries(tables)) {
      put(catalogs, name, columns.map(each => ({name: each.name, type: typeOf(each)})));
    }
    const verdicts = [];
    for (const statement of statements) verdicts.push(await judge(client, language, catalogs, statement));
    fs.writeSync(1, JSON.stringify(verdicts));
  } finally {
    server.kill('SIGKILL');  // left alone it would outlive us
  }
  process.exit(0);
})().catch(error => {
  console.error(error);
  process.exit(1);
});
