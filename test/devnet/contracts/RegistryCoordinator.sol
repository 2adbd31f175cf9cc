// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the RegistryCoordinator of three times, chosen in the constructor:
//   A   eigenlayer-middleware 7d49b51: "RegistryCoordinator." words, a socket event on every registration, no cooldown
//   A2  eigenlayer-middleware b42aa0b, EigenDA's: "RegCoord." words, the socket counts only on the way from not
//       registered to registered, an ejected operator has to wait
//   A2 with autoChurn  EigenDA master 61019b4: a full quorum admits the newcomer and then drops whoever has the lowest
//       stake in it, which may be the newcomer itself, in a transaction that succeeds
//
// Enforced: the order of checks of registerOperator, deregisterOperator, updateSocket and ejectOperator. A function that
// a generation lacks answers as an unknown selector does, by an empty revert.
//
// Left out: registerOperatorWithChurn, updateOperators, bitmap history, the socket registry, the
// limit of 192 quorums, proxies and initializers.

import {CoordinatorMessages} from "./CoordinatorMessages.sol";
import {IBLSApkRegistry, IIndexRegistry, IServiceManager, IStakeRegistry} from "./Interfaces.sol";
import {Pausable} from "./Pausable.sol";
import {QuorumBitmap} from "./QuorumBitmap.sol";
import {
    OperatorInfo,
    OperatorSetParam,
    OperatorStatus,
    PubkeyRegistrationParams,
    SignatureWithSaltAndExpiry,
    StrategyParams
} from "./Types.sol";

contract RegistryCoordinator is Pausable, CoordinatorMessages {
    struct Setup {
        bool isA2;
        bool autoChurn;
        address owner;
        address ejector;
        address churnApprover;
        uint256 ejectionCooldown;
        IServiceManager serviceManager;
        IBLSApkRegistry blsApkRegistry;
        IStakeRegistry stakeRegistry;
        IIndexRegistry indexRegistry;
    }

    event OperatorRegistered(address indexed operator, bytes32 indexed operatorId);
    event OperatorDeregistered(address indexed operator, bytes32 indexed operatorId);
    event OperatorSocketUpdate(bytes32 indexed operatorId, string socket);
    event OperatorSetParamsUpdated(uint8 indexed quorumNumber, OperatorSetParam operatorSetParams);

    uint8 private constant PAUSED_REGISTER = 0;
    uint8 private constant PAUSED_DEREGISTER = 1;

    bool private immutable _isA2;
    bool private immutable _autoChurn;
    uint256 private immutable _ejectionCooldown;
    address public immutable owner;
    address public immutable ejector;
    address public immutable churnApprover;
    IServiceManager public immutable serviceManager;
    IBLSApkRegistry public immutable blsApkRegistry;
    IStakeRegistry public immutable stakeRegistry;
    IIndexRegistry public immutable indexRegistry;

    uint8 public quorumCount;
    mapping(uint8 quorumNumber => OperatorSetParam) private _operatorSetParams;
    mapping(address operator => OperatorInfo) private _operatorInfo;
    mapping(bytes32 operatorId => uint192) public getCurrentQuorumBitmap;
    mapping(address operator => uint256) private _lastEjectionTimestamp;

    modifier onlyOwner() {
        require(msg.sender == owner, "Ownable: caller is not the owner");
        _;
    }

    constructor(Setup memory setup) CoordinatorMessages(!setup.autoChurn) {
        _isA2 = setup.isA2;
        _autoChurn = setup.autoChurn;
        _ejectionCooldown = setup.ejectionCooldown;
        owner = setup.owner;
        ejector = setup.ejector;
        churnApprover = setup.churnApprover;
        serviceManager = setup.serviceManager;
        blsApkRegistry = setup.blsApkRegistry;
        stakeRegistry = setup.stakeRegistry;
        indexRegistry = setup.indexRegistry;
    }

    // ---- the operator's calls: msg.sender is the operator, in every generation

    function registerOperator(
        bytes calldata quorumNumbers,
        string calldata socket,
        PubkeyRegistrationParams calldata params,
        SignatureWithSaltAndExpiry memory operatorSignature
    ) external onlyWhenNotPaused(PAUSED_REGISTER) {
        bytes32 operatorId = _getOrCreateOperatorId(msg.sender, params);
        _addToBitmap(msg.sender, operatorId, quorumNumbers);
        _becomeRegistered(msg.sender, operatorId, socket, operatorSignature);
        blsApkRegistry.registerOperator(msg.sender, quorumNumbers);
        stakeRegistry.registerOperator(msg.sender, operatorId, quorumNumbers);
        uint32[] memory counts = indexRegistry.registerOperator(operatorId, quorumNumbers);

        for (uint256 i = 0; i < counts.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            if (counts[i] <= _operatorSetParams[quorumNumber].maxOperatorCount) continue;
            _require(
                _autoChurn,
                "RegistryCoordinator.registerOperator: operator count exceeds maximum",
                "RegCoord.registerOperator: operator count exceeds maximum"
            );
            _dropLowestStake(quorumNumber);
        }
    }

    function deregisterOperator(bytes calldata quorumNumbers) external onlyWhenNotPaused(PAUSED_DEREGISTER) {
        _deregister(msg.sender, quorumNumbers);
    }

    function updateSocket(string calldata socket) external {
        _require(
            _operatorInfo[msg.sender].status == OperatorStatus.REGISTERED,
            "RegistryCoordinator.updateSocket: operator is not registered",
            "RegCoord.updateSocket: operator not registered"
        );
        emit OperatorSocketUpdate(_operatorInfo[msg.sender].operatorId, socket);
    }

    // ---- the ejector's and the owner's calls

    /// A2 starts the cooldown even where there is nothing to eject from, and then succeeds; A reverts.
    function ejectOperator(address operator, bytes calldata quorumNumbers) external {
        _require(
            msg.sender == ejector,
            "RegistryCoordinator.onlyEjector: caller is not the ejector",
            "RegCoord.onlyEjector: caller is not the ejector"
        );
        if (!_isA2) return _deregister(operator, quorumNumbers);

        _lastEjectionTimestamp[operator] = block.timestamp;
        uint192 leaving = QuorumBitmap.parse(quorumNumbers, quorumCount);
        OperatorInfo memory info = _operatorInfo[operator];
        bool isMember = leaving != 0 && leaving & ~getCurrentQuorumBitmap[info.operatorId] == 0;
        if (info.status == OperatorStatus.REGISTERED && isMember) _deregister(operator, quorumNumbers);
    }

    function createQuorum(OperatorSetParam calldata params, uint96 minimumStake, StrategyParams[] calldata strategies)
        external
        onlyOwner
    {
        uint8 quorumNumber = quorumCount++;
        _setOperatorSetParams(quorumNumber, params);
        stakeRegistry.initializeQuorum(quorumNumber, minimumStake, strategies);
    }

    function setOperatorSetParams(uint8 quorumNumber, OperatorSetParam calldata params) external onlyOwner {
        _require(
            quorumNumber < quorumCount,
            "RegistryCoordinator.quorumExists: quorum does not exist",
            "RegCoord.quorumExists: quorum does not exist"
        );
        _setOperatorSetParams(quorumNumber, params);
    }

    // ---- getters

    function getOperator(address operator) external view returns (OperatorInfo memory) {
        return _operatorInfo[operator];
    }

    function getOperatorId(address operator) external view returns (bytes32) {
        return _operatorInfo[operator].operatorId;
    }

    function getOperatorStatus(address operator) external view returns (OperatorStatus) {
        return _operatorInfo[operator].status;
    }

    function getOperatorFromId(bytes32 operatorId) external view returns (address) {
        return blsApkRegistry.pubkeyHashToOperator(operatorId);
    }

    function getOperatorSetParams(uint8 quorumNumber) external view returns (OperatorSetParam memory) {
        return _operatorSetParams[quorumNumber];
    }

    function ejectionCooldown() external view returns (uint256) {
        _existsIf(_isA2);
        return _ejectionCooldown;
    }

    function lastEjectionTimestamp(address operator) external view returns (uint256) {
        _existsIf(_isA2);
        return _lastEjectionTimestamp[operator];
    }

    function registries(uint256 index) external view returns (address) {
        _existsIf(!_autoChurn && index < 3);
        if (index == 0) return address(stakeRegistry);
        return index == 1 ? address(blsApkRegistry) : address(indexRegistry);
    }

    // ---- the steps of a registration, in their order

    /// Once an operator has a key here, params is not even looked at.
    function _getOrCreateOperatorId(address operator, PubkeyRegistrationParams calldata params)
        private
        returns (bytes32 operatorId)
    {
        operatorId = blsApkRegistry.getOperatorId(operator);
        if (operatorId != 0) return operatorId;
        return blsApkRegistry.registerBLSPublicKey(operator, params, pubkeyRegistrationMessageHash(operator));
    }

    function _addToBitmap(address operator, bytes32 operatorId, bytes calldata quorumNumbers) private {
        uint192 joining = QuorumBitmap.parse(quorumNumbers, quorumCount);
        uint192 current = getCurrentQuorumBitmap[operatorId];
        _require(
            joining != 0,
            "RegistryCoordinator._registerOperator: bitmap cannot be 0",
            "RegCoord._registerOperator: bitmap cannot be 0"
        );
        _require(
            joining & current == 0,
            "RegistryCoordinator._registerOperator: operator already registered for some quorums being registered for",
            "RegCoord._registerOperator: operator already registered for some quorums"
        );
        if (_isA2) {
            require(
                _lastEjectionTimestamp[operator] + _ejectionCooldown < block.timestamp,
                "RegCoord._registerOperator: operator cannot reregister yet"
            );
        }
        getCurrentQuorumBitmap[operatorId] = current | joining;
    }

    /// Whoever is registered already stays so: the signature is not looked at.
    function _becomeRegistered(
        address operator,
        bytes32 operatorId,
        string calldata socket,
        SignatureWithSaltAndExpiry memory operatorSignature
    ) private {
        if (!_isA2) emit OperatorSocketUpdate(operatorId, socket);
        if (_operatorInfo[operator].status == OperatorStatus.REGISTERED) return;
        _operatorInfo[operator] = OperatorInfo(operatorId, OperatorStatus.REGISTERED);
        serviceManager.registerOperatorToAVS(operator, operatorSignature);
        if (_isA2) emit OperatorSocketUpdate(operatorId, socket);
        emit OperatorRegistered(operator, operatorId);
    }

    function _dropLowestStake(uint8 quorumNumber) private {
        bytes32[] memory ids = indexRegistry.operatorIds(quorumNumber);
        bytes32 lowestId;
        uint96 lowest = type(uint96).max;
        for (uint256 i = 0; i < ids.length; i++) {
            uint96 stake = stakeRegistry.getCurrentStake(ids[i], quorumNumber);
            if (stake < lowest) (lowest, lowestId) = (stake, ids[i]);
        }
        _deregister(blsApkRegistry.pubkeyHashToOperator(lowestId), abi.encodePacked(quorumNumber));
    }

    function _deregister(address operator, bytes memory quorumNumbers) private {
        OperatorInfo storage info = _operatorInfo[operator];
        bytes32 operatorId = info.operatorId;
        _require(
            info.status == OperatorStatus.REGISTERED,
            "RegistryCoordinator._deregisterOperator: operator is not registered",
            "RegCoord._deregisterOperator: operator is not registered"
        );
        uint192 leaving = QuorumBitmap.parse(quorumNumbers, quorumCount);
        uint192 current = getCurrentQuorumBitmap[operatorId];
        _require(
            leaving != 0,
            "RegistryCoordinator._deregisterOperator: bitmap cannot be 0",
            "RegCoord._deregisterOperator: bitmap cannot be 0"
        );
        _require(
            leaving & ~current == 0,
            "RegistryCoordinator._deregisterOperator: operator is not registered for specified quorums",
            "RegCoord._deregisterOperator: operator is not registered for quorums"
        );
        getCurrentQuorumBitmap[operatorId] = current & ~leaving;
        if (current == leaving) {
            info.status = OperatorStatus.DEREGISTERED;
            serviceManager.deregisterOperatorFromAVS(operator);
            emit OperatorDeregistered(operator, operatorId);
        }
        blsApkRegistry.deregisterOperator(operator, quorumNumbers);
        stakeRegistry.deregisterOperator(operatorId, quorumNumbers);
        indexRegistry.deregisterOperator(operatorId, quorumNumbers);
    }

    function _setOperatorSetParams(uint8 quorumNumber, OperatorSetParam calldata params) private {
        _operatorSetParams[quorumNumber] = params;
        emit OperatorSetParamsUpdated(quorumNumber, params);
    }

    function _require(bool condition, string memory wordsA, string memory wordsA2) private view {
        require(condition, _isA2 ? wordsA2 : wordsA);
    }

    function _existsIf(bool exists) private pure {
        if (!exists) revert();
    }
}
